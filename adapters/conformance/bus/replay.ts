import { expectEqual, expectRejection, expectTrue } from '../expect.ts';
import { type BusTest, channel, labels, messages, record, settle } from './kit.ts';

const replays = {
  needs: 'replay',
  applies: ({ replay }: { readonly replay: string }) => replay !== 'none',
} as const;

export const replayTests: readonly BusTest[] = [
  {
    name: 'replay: from the earliest, then on with what comes',
    meaning: 'A late observer cannot see what happened before it came.',
    ...replays,
    async run(context) {
      const { port } = await context.open();
      const sent = messages(60);
      for (let from = 0; from < 40; from += 8) await port.publish(channel, sent.slice(from, from + 8));
      const { seen } = await record(port, { from: 'earliest' });
      await port.publish(channel, sent.slice(40));
      await context.until('delivery', () => seen.length >= sent.length);
      await settle(context);
      expectEqual('what it got', labels(seen), labels(sent));
    },
  },
  {
    name: 'replay: after any offset that was handed out, exactly the rest',
    meaning: 'Resuming from a saved offset skips or repeats.',
    ...replays,
    async run(context) {
      const { port } = await context.open();
      const sent = messages(50);
      const ends = new Map<string, number>();
      let count = 0;
      await port.subscribe(channel, {}, (batch, offset) => {
        count += batch.length;
        ends.set(offset, count);
      });
      for (let from = 0; from < sent.length; from += 7) {
        await port.publish(channel, sent.slice(from, from + 7));
        await context.until('delivery', () => count >= Math.min(sent.length, from + 7));
      }
      expectTrue('several offsets were handed out', ends.size > 1);
      for (const [offset, end] of ends) {
        const { seen, subscription } = await record(port, { from: { after: offset } });
        await context.until(`delivery after ${offset}`, () => seen.length >= sent.length - end);
        if (end === sent.length) await settle(context);
        await subscription.close();
        expectEqual(`after offset ${offset}`, labels(seen), labels(sent.slice(end)));
      }
    },
  },
  {
    name: 'replay: an offset that is not held is refused, and so is one that is none',
    meaning: 'A hole in the history passes for the whole history.',
    ...replays,
    async run({ open, until }) {
      const one = await open();
      const other = await open();
      const { offsets } = await record(one.port);
      await one.port.publish(channel, messages(10));
      await until('an offset', () => offsets.length > 0);
      const foreign = offsets[0] as string;
      await expectRejection('an offset of another bus', 'OUT_OF_RANGE', () =>
        other.port.subscribe(channel, { from: { after: foreign } }, () => {}),
      );
      await expectRejection('no offset', 'INVALID_ARGUMENT', () =>
        other.port.subscribe(channel, { from: { after: 'yesterday' } }, () => {}),
      );
    },
  },
];
