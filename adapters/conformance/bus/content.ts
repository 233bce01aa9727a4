import { expectEqual, expectRejection, expectTrue } from '../expect.ts';
import { largePayload, oddPayloads, probedLimitBytes } from '../payloads.ts';
import { type BusTest, channel, message, record, settle } from './kit.ts';

export const contentTests: readonly BusTest[] = [
  {
    name: 'content: every kind of payload comes out as it went in',
    meaning: 'Data is changed on the way: encoded twice, cut at a NUL, or of another type.',
    async run({ open, until }) {
      const { port } = await open();
      const { seen } = await record(port);
      const sent = oddPayloads.map(([what, payload], index) => message(what, index + 1, payload));
      await port.publish(channel, sent);
      await until('delivery', () => seen.length >= sent.length);
      sent.forEach((each, index) => {
        expectEqual(`a message with ${each.key} as its payload`, seen[index], each);
      });
    },
  },
  {
    name: 'content: what was published earlier is read back as it went in',
    meaning: 'History differs from what was delivered live.',
    needs: 'replay',
    applies: ({ replay }) => replay !== 'none',
    async run({ open, until }) {
      const { port } = await open();
      const sent = oddPayloads.map(([what, payload], index) => message(what, index + 1, payload));
      await port.publish(channel, sent);
      const { seen } = await record(port, { from: 'earliest' });
      await until('delivery', () => seen.length >= sent.length);
      expectEqual('messages read back', seen, sent);
    },
  },
  {
    name: 'content: a payload of 5 MiB, or the largest allowed',
    meaning: 'A long model output cannot be sent.',
    async run({ open, until, traits }) {
      const { port } = await open();
      const { seen } = await record(port);
      const data = largePayload(traits.maxPayloadBytes);
      await port.publish(channel, [message('key', 1, data), message('key', 2)]);
      await until('delivery', () => seen.length >= 2);
      expectTrue('the large payload was changed', seen[0]?.data === data);
      expectEqual('the message after it', seen[1], message('key', 2));
    },
  },
  {
    name: 'content: a payload over the limit is refused, and with it its batch',
    meaning: 'Too large a payload is cut, lost in silence, or takes the bus down.',
    needs: 'a largest payload of at most 128 MiB',
    applies: ({ maxPayloadBytes }) => maxPayloadBytes <= probedLimitBytes,
    async run(context) {
      const { port } = await context.open();
      const { seen } = await record(port);
      const tooLarge = message('key', 2, 'x'.repeat(context.traits.maxPayloadBytes + 1));
      await expectRejection('publish', 'INVALID_ARGUMENT', () =>
        port.publish(channel, [message('key', 1), tooLarge]),
      );
      await port.publish(channel, [message('key', 3)]);
      await context.until('delivery', () => seen.length > 0);
      await settle(context);
      expectEqual('delivered', seen, [message('key', 3)]);
    },
  },
];
