import type { Agent } from '../../../core/agent.ts';
import { expectEqual, expectRejection, expectTrue } from '../expect.ts';
import { agent, agents, event, events, ids, listAll, next, type StorageTest } from './kit.ts';

/** Each of `wanted` exactly once in `listed`. */
function expectEachOnce(wanted: readonly string[], listed: readonly string[]): void {
  const times = new Map<string, number>();
  for (const id of listed) times.set(id, (times.get(id) ?? 0) + 1);
  expectEqual(
    'skipped',
    wanted.filter((id) => !times.has(id)),
    [],
  );
  expectEqual(
    'shown twice',
    wanted.filter((id) => (times.get(id) ?? 0) > 1),
    [],
  );
}

export const pageTests: readonly StorageTest[] = [
  {
    name: 'pages: full but for the last, and no page after the last',
    meaning: 'A listing ends too early, never, or with an empty page.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      await repository.insert(agents(12));
      for (const limit of [1, 5, 6, 11, 12, 13, 10_000]) {
        const sizes: number[] = [];
        const listed = await listAll(async (request) => {
          const page = await repository.find({}, request);
          sizes.push(page.items.length);
          return page;
        }, limit);
        expectEqual(`ids by pages of ${limit}`, ids(listed).sort(), ids(agents(12)).sort());
        expectEqual(`number of pages of ${limit}`, sizes.length, Math.ceil(12 / limit));
      }
      expectEqual('a listing of nothing', await repository.find({ owner: 'nobody' }, { limit: 5 }), {
        items: [],
      });
    },
  },
  {
    name: 'pages: a limit out of bounds or a foreign cursor is refused',
    meaning: "A caller's mistake lists nothing, or everything.",
    async run({ open }) {
      const { agents: repository, events: log } = (await open()).port;
      for (const limit of [0, -1, 10_001, 1.5, Number.NaN]) {
        await expectRejection(`find with limit ${limit}`, 'INVALID_ARGUMENT', () =>
          repository.find({}, { limit }),
        );
        await expectRejection(`read with limit ${limit}`, 'INVALID_ARGUMENT', () => log.read({}, { limit }));
      }
      const request = { limit: 5, after: 'the beginning' };
      await expectRejection('find after no cursor', 'INVALID_ARGUMENT', () => repository.find({}, request));
      await expectRejection('read after no cursor', 'INVALID_ARGUMENT', () => log.read({}, request));
    },
  },
  {
    name: 'pages: while records come, change and go, those that stay are shown exactly once',
    meaning: 'Recovery by pages skips an agent, or takes it over twice.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      const stored = agents(60, { status: 'running' });
      await repository.insert(stored);
      const staying = ids(stored).filter((_, index) => index % 3 === 0);
      let round = 0;
      const listed = await listAll(
        (request) => repository.find({ status: 'running' }, request),
        7,
        async () => {
          round++;
          await repository.insert([agent(`new-${round}`, { status: 'running' })]);
          const leaving = stored[round * 3 + 1] as Agent;
          const gone = stored[round * 3 - 1] as Agent;
          await repository.update([next(leaving, { status: 'completed' })]);
          await repository.remove([gone.id]);
          // A change that keeps it in the listing must not move it.
          const changed = (await repository.get(staying[round] as string)) as Agent;
          await repository.update([next(changed, { session: { round }, swarmId: `swarm-${round}` })]);
        },
      );
      expectTrue('pages were read while records changed', round >= 5);
      expectEachOnce(staying, ids(listed));
      expectTrue(
        'an agent was listed under a status it did not have',
        listed.every(({ status }) => status === 'running'),
      );
    },
  },
  {
    name: 'pages: every record may be changed between two pages and none is lost',
    meaning: 'A listing by last change never ends, or skips what was changed behind it.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      let current = agents(30, { status: 'running', owner: 'node-1' });
      await repository.insert(current);
      const wanted = ids(current);
      const listed = await listAll(
        (request) => repository.find({ owner: 'node-1' }, request),
        4,
        async () => {
          current = current.map((each) =>
            next(each, { status: each.status === 'running' ? 'paused' : 'running' }),
          );
          expectEqual('refused', await repository.update(current), []);
        },
      );
      expectEqual('what was listed', ids(listed).sort(), [...wanted].sort());
    },
  },
  {
    name: 'pages: events read while others are appended and pruned',
    meaning: 'Reading a log that is in use skips or repeats.',
    async run({ open }) {
      const { events: log } = (await open()).port;
      await log.append(events(50));
      let appended = 50;
      const listed = await listAll(
        (request) => log.read({}, request),
        8,
        async () => {
          await log.append([event('key-0', ++appended)]);
          await log.prune(appended <= 53 ? 40 : 1_000);
        },
      );
      const sequences = listed.map(({ sequence }) => sequence);
      expectEqual(
        'out of order or twice',
        sequences.filter((n, index) => index > 0 && n <= (sequences[index - 1] as number)),
        [],
      );
      const staying = Array.from({ length: 30 }, (_, index) => 21 + index);
      expectEqual(
        'skipped',
        staying.filter((n) => !sequences.includes(n)),
        [],
      );
    },
  },
];
