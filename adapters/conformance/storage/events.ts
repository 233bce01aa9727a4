import { expectEqual } from '../expect.ts';
import { oddPayloads } from '../payloads.ts';
import { event, events, listAll, type StorageTest } from './kit.ts';

export const eventTests: readonly StorageTest[] = [
  {
    name: 'events: read in the order appended, all of them or those of one agent',
    meaning: 'The history of an agent is incomplete or out of order.',
    async run({ open }) {
      const { events: log } = (await open()).port;
      const stored = events(50);
      for (let from = 0; from < 50; from += 7) await log.append(stored.slice(from, from + 7));
      expectEqual('all', await listAll((page) => log.read({}, page), 9), stored);
      for (const key of ['key-0', 'key-1', 'key-2']) {
        const expected = stored.filter((each) => each.key === key);
        expectEqual(`those of ${key}`, await listAll((page) => log.read({ key }, page), 4), expected);
      }
      expectEqual('those of nobody', await log.read({ key: 'nobody' }, { limit: 5 }), { items: [] });
      expectEqual('count', await log.count(), 50);
    },
  },
  {
    name: 'events: those of one agent are complete when more come between readings',
    meaning: 'A history read once never grows.',
    async run({ open }) {
      const { events: log } = (await open()).port;
      const stored: unknown[] = [];
      for (let round = 1; round <= 5; round++) {
        const some = [event('a', round * 2), event('b', round * 2 + 1)];
        await log.append(some);
        stored.push(some[0]);
        expectEqual(
          `those of a, round ${round}`,
          await listAll((page) => log.read({ key: 'a' }, page), 2),
          stored,
        );
      }
    },
  },
  {
    name: 'events: appended in many calls at once, all are kept, each call in one piece',
    meaning: 'Under load the history has holes.',
    async run({ open }) {
      const { events: log } = (await open()).port;
      const batches = Array.from({ length: 40 }, (_, index) => events(5, index * 5 + 1));
      await Promise.all(batches.map((batch) => log.append(batch)));
      const listed = (await listAll((page) => log.read({}, page), 50)).map(({ sequence }) => sequence);
      expectEqual('how many', listed.length, 200);
      for (const batch of batches) {
        const at = listed.indexOf(batch[0]?.sequence as number);
        expectEqual(
          'one call',
          listed.slice(at, at + 5),
          batch.map(({ sequence }) => sequence),
        );
      }
    },
  },
  {
    name: 'events: every kind of payload comes back as it went in',
    meaning: 'The audit shows something else than what happened.',
    async run({ open }) {
      const { events: log } = (await open()).port;
      const stored = oddPayloads.map(([what, data], index) => ({ ...event(what, index + 1), data }));
      await log.append(stored);
      expectEqual('events', (await log.read({}, { limit: 100 })).items, stored);
    },
  },
  {
    name: 'events: pruning removes the oldest, says how many, and keeps the rest in order',
    meaning: 'The log grows without bound, or loses what it should keep.',
    async run({ open }) {
      const { events: log } = (await open()).port;
      await log.append(events(30));
      await log.read({ key: 'key-1' }, { limit: 5 });
      expectEqual('pruned to more than there are', await log.prune(100), 0);
      expectEqual('pruned to 10', await log.prune(10), 20);
      expectEqual('left', await listAll((page) => log.read({}, page), 4), events(10, 21));
      const key = 'key-1';
      const expected = events(10, 21).filter((each) => each.key === key);
      expectEqual('left of one agent', await listAll((page) => log.read({ key }, page), 2), expected);
      expectEqual('count', await log.count(), 10);
      expectEqual('pruned to none', await log.prune(0), 10);
      expectEqual('count of none', await log.count(), 0);
      await log.append(events(3, 31));
      expectEqual('appended after', (await log.read({}, { limit: 10 })).items, events(3, 31));
    },
  },
  {
    name: 'events: a cursor from before a pruning goes on after it',
    meaning: 'A reader of the log is thrown back or skips when old events are pruned.',
    async run({ open }) {
      const { events: log } = (await open()).port;
      await log.append(events(10));
      const { next: after } = await log.read({}, { limit: 5 });
      await log.prune(0);
      await log.append(events(4, 11));
      const { items } = await log.read({}, { limit: 10, ...(after === undefined ? {} : { after }) });
      expectEqual('after the cursor', items, events(4, 11));
    },
  },
];
