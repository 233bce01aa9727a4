import type { Agent } from '../../../core/agent.ts';
import { expectEqual } from '../expect.ts';
import { agent, agents, next, type StorageTest, swarm } from './kit.ts';

export const versionTests: readonly StorageTest[] = [
  {
    name: 'versions: an update replaces every field',
    meaning: 'Part of a change is not stored.',
    async run({ open }) {
      const { agents: repository, swarms } = (await open()).port;
      const before = agent('a', { swarmId: 'swarm-1', parentId: 'parent-1', owner: 'node-1' });
      await repository.insert([before]);
      const after = next(before, {
        status: 'retrying',
        swarmId: null,
        parentId: 'parent-2',
        owner: 'node-2',
        attempt: 2,
        createdAt: 5,
        task: 'another',
        session: { turn: 2 },
        result: 'done',
        error: 'why',
      });
      expectEqual('refused', await repository.update([after]), []);
      expectEqual('the agent', await repository.get('a'), after);
      const old = swarm('s');
      await swarms.insert([old]);
      const changed = { ...old, version: 2, status: 'active', size: 9, result: 'ok' } as const;
      expectEqual('refused', await swarms.update([changed]), []);
      expectEqual('the swarm', await swarms.get('s'), changed);
    },
  },
  {
    name: 'versions: an update of an older or newer version is refused and changes nothing',
    meaning: 'Two who change one agent overwrite each other.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      const first = agent('a');
      await repository.insert([first]);
      const second = next(first, { status: 'running' });
      expectEqual('the next version, refused', await repository.update([second]), []);
      const stale = next(first, { status: 'killed' });
      expectEqual('an update of version 1 again', await repository.update([stale]), ['a']);
      const ahead = { ...second, version: 4 };
      expectEqual('an update that skips a version', await repository.update([ahead]), ['a']);
      expectEqual('an update of nothing', await repository.update([next(agent('nobody'))]), ['nobody']);
      expectEqual('the agent', await repository.get('a'), second);
      expectEqual('the one that never was', await repository.get('nobody'), undefined);
    },
  },
  {
    name: 'versions: in one update each item stands for itself',
    meaning: 'One conflict throws away the changes of others, or hides itself.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      const stored = agents(4);
      await repository.insert(stored);
      const [one, two, three, four] = stored as [Agent, Agent, Agent, Agent];
      await repository.update([next(two, { status: 'killed' })]);
      await repository.remove(['agent-3']);
      const wanted = [one, two, three, four].map((each) => next(each, { status: 'running' }));
      expectEqual('refused', [...(await repository.update(wanted))].sort(), ['agent-2', 'agent-3']);
      const statuses = await Promise.all(stored.map(async ({ id }) => (await repository.get(id))?.status));
      expectEqual('statuses', statuses, ['running', 'killed', undefined, 'running']);
    },
  },
  {
    name: 'versions: two changes of one record in one update apply in order',
    meaning: 'A batch of changes stores the wrong one.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      const first = agent('a');
      await repository.insert([first]);
      const second = next(first, { status: 'running' });
      const third = next(second, { status: 'paused' });
      expectEqual('refused', await repository.update([second, third]), []);
      expectEqual('the agent', await repository.get('a'), third);
    },
  },
  {
    name: 'versions: of many who change one record at once, exactly one succeeds, every time',
    meaning: 'Two nodes both believe that they own an agent.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      await repository.insert([agent('a')]);
      for (let round = 1; round <= 20; round++) {
        const before = (await repository.get('a')) as Agent;
        const attempts = Array.from({ length: 20 }, (_, writer) =>
          repository.update([next(before, { owner: `node-${writer}` })]),
        );
        const refused = await Promise.all(attempts);
        const winners = refused.flatMap((list, writer) => (list.length === 0 ? [`node-${writer}`] : []));
        expectEqual(`how many succeeded in round ${round}`, winners.length, 1);
        expectEqual('the owner', (await repository.get('a'))?.owner, winners[0]);
      }
    },
  },
  {
    name: 'versions: concurrent read-change-write loops lose no change',
    meaning: 'Counters, attempts and sessions lose updates under load.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      await repository.insert([agent('a')]);
      const add = async (): Promise<void> => {
        for (;;) {
          const before = (await repository.get('a')) as Agent;
          const refused = await repository.update([next(before, { attempt: before.attempt + 1 })]);
          if (refused.length === 0) return;
        }
      };
      await Promise.all(Array.from({ length: 40 }, add));
      const after = await repository.get('a');
      expectEqual('additions and version', [after?.attempt, after?.version], [40, 41]);
    },
  },
];
