import type { Message } from '../../../core/message.ts';
import { expectEqual, expectTrue } from '../expect.ts';
import { type BusTest, channel, disorder, labels, latch, messages, record, recorder, settle } from './kit.ts';

const groups = {
  needs: 'consumer groups',
  applies: (traits: { readonly groups: boolean }) => traits.groups,
} as const;

export const groupTests: readonly BusTest[] = [
  {
    name: 'groups: each message goes to one member, all messages to the group',
    meaning: 'Work is done twice, or not at all.',
    ...groups,
    async run(context) {
      const { port } = await context.open();
      const members = [await record(port, { group: 'g' }), await record(port, { group: 'g' })];
      const sent = messages(200, { keys: 20 });
      for (let from = 0; from < sent.length; from += 5)
        await port.publish(channel, sent.slice(from, from + 5));
      const all = (): Message[] => members.flatMap(({ seen }) => seen);
      await context.until('delivery', () => all().length >= sent.length);
      await settle(context);
      expectEqual('what the group got', labels(all()).sort(), labels(sent).sort());
    },
  },
  {
    name: 'groups: every group gets everything, and so do plain subscribers beside them',
    meaning: 'Two services steal each other the events.',
    ...groups,
    async run(context) {
      const { port } = await context.open();
      const listeners = [
        await record(port, { group: 'a' }),
        await record(port, { group: 'b' }),
        await record(port),
      ];
      const sent = messages(50);
      await port.publish(channel, sent);
      for (const { seen } of listeners) {
        await context.until('delivery', () => seen.length >= sent.length);
        expectEqual('what it got', labels(seen), labels(sent));
      }
    },
  },
  {
    name: 'groups: messages of one key are handled one after another, in order',
    meaning: 'Two workers change one agent at the same time.',
    ...groups,
    async run({ open, until, clock, random }) {
      const { port } = await open();
      const busy = new Set<string>();
      const clashes: string[] = [];
      const seen: Message[] = [];
      const handler = async (batch: readonly Message[]): Promise<void> => {
        const keys = new Set(batch.map(({ key }) => key));
        for (const key of keys) {
          if (busy.has(key)) clashes.push(key);
          busy.add(key);
        }
        await clock.sleep(random.integer(0, 4));
        seen.push(...batch);
        for (const key of keys) busy.delete(key);
      };
      for (let member = 0; member < 4; member++) await port.subscribe(channel, { group: 'g' }, handler);
      const sent = messages(400, { keys: 9 });
      for (let from = 0; from < sent.length; from += 4)
        await port.publish(channel, sent.slice(from, from + 4));
      await until('delivery', () => seen.length >= sent.length);
      expectEqual('keys handled by two members at a time', clashes, []);
      expectEqual('out of order within their key', disorder(seen), []);
      expectEqual('handled', labels(seen).sort(), labels(sent).sort());
    },
  },
  {
    name: 'groups: a busy member holds up its own keys only',
    meaning: 'One slow task stops all workers.',
    ...groups,
    async run({ open, until }) {
      const { port } = await open();
      const held = latch();
      let stuck: readonly Message[] | undefined;
      const seen: Message[] = [];
      const handler = async (batch: readonly Message[]): Promise<void> => {
        if (stuck === undefined) {
          stuck = batch;
          await held.opened;
        }
        seen.push(...batch);
      };
      await port.subscribe(channel, { group: 'g' }, handler);
      await port.subscribe(channel, { group: 'g' }, handler);
      await port.publish(channel, messages(1, { keys: 10 }));
      await until('the first message', () => stuck !== undefined);
      const rest = messages(99, { first: 2, keys: 10 });
      await port.publish(channel, rest);
      const blocked = new Set((stuck as unknown as readonly Message[]).map(({ key }) => key));
      const free = rest.filter(({ key }) => !blocked.has(key));
      await until('the keys that nobody holds', () => seen.length >= free.length);
      expectEqual('handled meanwhile', labels(seen).sort(), labels(free).sort());
      held.open();
      await until('the rest', () => seen.length >= 100);
      expectEqual('out of order within their key', disorder(seen), []);
    },
  },
  {
    name: 'groups: a group goes on where it stopped, whatever `from` says',
    meaning:
      'What is published while all workers restart is never handled, or all of history is handled again.',
    ...groups,
    async run(context) {
      const { port } = await context.open();
      const sent = messages(30);
      const first = await record(port, { group: 'g' });
      await port.publish(channel, sent.slice(0, 10));
      await context.until('the first ten', () => first.seen.length >= 10);
      await first.subscription.close();
      await port.publish(channel, sent.slice(10, 20));
      const second = await record(port, { group: 'g', from: 'latest' });
      await port.publish(channel, sent.slice(20));
      await context.until('the rest', () => second.seen.length >= 20);
      await settle(context);
      expectEqual('before it stopped', labels(first.seen), labels(sent.slice(0, 10)));
      expectEqual('after', labels(second.seen), labels(sent.slice(10)));
    },
  },
  {
    name: 'groups: a new group starts where `from` says',
    meaning: 'A new service misses the history it asked for.',
    needs: 'consumer groups and replay',
    applies: (traits) => traits.groups && traits.replay !== 'none',
    async run(context) {
      const { port } = await context.open();
      const sent = messages(20);
      await port.publish(channel, sent.slice(0, 10));
      const all = await record(port, { group: 'all', from: 'earliest' });
      const late = await record(port, { group: 'late' });
      await port.publish(channel, sent.slice(10));
      await context.until('delivery', () => all.seen.length >= 20 && late.seen.length >= 10);
      await settle(context);
      expectEqual('from the earliest', labels(all.seen), labels(sent));
      expectEqual('from now on', labels(late.seen), labels(sent.slice(10)));
    },
  },
  {
    name: 'groups: what a leaving member did not acknowledge goes to another, in order',
    meaning: 'Work in the hands of a worker that leaves is lost.',
    needs: 'consumer groups and redelivery',
    applies: (traits) => traits.groups && traits.redelivers,
    async run({ open, until }) {
      const { port } = await open();
      const failing = recorder(() => Promise.reject(new Error('cannot do it')));
      const tried: number[] = [];
      const leaving = await port.subscribe(channel, { group: 'g' }, (batch, offset) => {
        tried.push(batch.length);
        return failing.handler(batch, offset);
      });
      const sent = messages(40, { keys: 3 });
      await port.publish(channel, sent.slice(0, 20));
      await until('a failing call', () => tried.length > 0);
      const staying = await record(port, { group: 'g' });
      await port.publish(channel, sent.slice(20));
      await leaving.close();
      await until('delivery to the other', () => staying.seen.length >= sent.length);
      expectTrue('the leaving member acknowledged nothing', failing.seen.length === 0);
      expectEqual('what the other got', labels(staying.seen).sort(), labels(sent).sort());
      expectEqual('out of order within their key', disorder(staying.seen), []);
    },
  },
];
