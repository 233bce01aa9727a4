import type { Agent } from '../../../core/agent.ts';
import type { StorageTraits } from '../../adapter.ts';
import { outliving } from '../durable.ts';
import { expectEqual } from '../expect.ts';
import { agent, event, events, ids, listAll, next, type StorageTest } from './kit.ts';

const crossProcess = {
  needs: 'data shared between processes',
  applies: (traits: StorageTraits) => traits.crossProcess,
  processes: true,
} as const;

const survives = {
  needs: 'durability to a process crash',
  applies: (traits: StorageTraits) => outliving(traits) !== undefined,
} as const;

export const processTests: readonly StorageTest[] = [
  {
    name: 'processes: each sees what the other stored',
    meaning: "Nodes on one stack do not see each other's agents.",
    ...crossProcess,
    async run({ open, peer, place }) {
      const shared = place();
      const { agents: repository, events: log } = (await open(shared)).port;
      const other = await peer(shared);
      const stored = agent('a', { session: { turn: 1 } });
      await repository.insert([stored]);
      expectEqual('seen there', await other.call('agents.get', 'a'), stored);
      const changed = next(stored, { status: 'running', owner: 'there' });
      expectEqual('refused there', await other.call('agents.update', [changed]), []);
      expectEqual('seen here', await repository.get('a'), changed);
      expectEqual('found here', (await repository.find({ owner: 'there' }, { limit: 5 })).items, [changed]);
      await other.call('events.append', [event('a', 1)]);
      await log.append([event('a', 2)]);
      expectEqual('events', (await log.read({ key: 'a' }, { limit: 5 })).items, [
        event('a', 1),
        event('a', 2),
      ]);
    },
  },
  {
    name: 'processes: compare-and-set holds between them',
    meaning: 'Two nodes both take over the same agent.',
    ...crossProcess,
    async run({ open, peer, place }) {
      const shared = place();
      const { agents: repository } = (await open(shared)).port;
      const other = await peer(shared);
      await repository.insert([agent('a')]);
      const there = async (before: Agent): Promise<readonly string[]> =>
        (await other.call('agents.update', [next(before, { owner: 'there' })])) as readonly string[];
      const here = (before: Agent): Promise<readonly string[]> =>
        repository.update([next(before, { owner: 'here' })]);
      for (let round = 1; round <= 50; round++) {
        const before = (await repository.get('a')) as Agent;
        const [lostHere, lostThere] = await Promise.all([here(before), there(before)]);
        expectEqual(`losers of round ${round}`, lostHere.length + lostThere.length, 1);
        const owner = lostHere.length === 0 ? 'here' : 'there';
        const after = await repository.get('a');
        expectEqual('the owner', after?.owner, owner);
        expectEqual('as seen there', await other.call('agents.get', 'a'), after);
      }
    },
  },
  {
    name: 'processes: writing at the same time, neither is refused',
    meaning: 'A second node makes the first fail with a locked store.',
    ...crossProcess,
    async run({ open, peer, place, within }) {
      const shared = place();
      const { agents: repository } = (await open(shared)).port;
      const other = await peer(shared);
      const writes: Promise<unknown>[] = [];
      for (let index = 0; index < 150; index++) {
        writes.push(repository.insert([agent(`here-${index}`)]));
        writes.push(other.call('agents.insert', [agent(`there-${index}`)]));
        if (index % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await within('all writes', Promise.all(writes));
      expectEqual('stored', await repository.count({}), 300);
    },
  },
  {
    name: 'restart: what was acknowledged before a SIGKILL is there afterwards, whole batches only',
    meaning: 'A crash of the process loses acknowledged agents, or leaves half a swarm.',
    ...survives,
    processes: true,
    async run({ traits, open, peer, place, until, crashServer }) {
      const shared = place(outliving(traits));
      const doomed = await peer(shared);
      const acknowledged: string[] = [];
      for (let batch = 0; batch < 400; batch++) {
        const members = Array.from({ length: 10 }, (_, index) =>
          agent(`agent-${batch}-${index}`, { swarmId: `${batch}` }),
        );
        void doomed.call('agents.insert', members).then(() => acknowledged.push(...ids(members)));
      }
      await until('some acknowledgements', () => acknowledged.length > 500);
      await doomed.kill();
      await crashServer(shared);
      const { agents: repository } = (await open(shared)).port;
      const held = new Set(ids(await listAll((page) => repository.find({}, page), 1_000)));
      expectEqual(
        'acknowledged and gone',
        acknowledged.filter((id) => !held.has(id)),
        [],
      );
      for (let batch = 0; batch < 400; batch++) {
        const count = await repository.count({ swarmId: `${batch}` });
        expectEqual(`members stored of batch ${batch}`, count === 0 || count === 10 ? 10 : count, 10);
      }
    },
  },
  {
    name: 'restart: everything outlives the connection, and close waits for what is being written',
    meaning: 'A clean stop loses the last writes.',
    ...survives,
    async run({ traits, open, place }) {
      const shared = place(outliving(traits));
      const before = await open(shared);
      const stored = agent('a');
      await before.port.agents.insert([stored]);
      const changed = next(stored, { status: 'running' });
      const pending = [before.port.agents.update([changed]), before.port.events.append(events(20))];
      await before.close();
      await Promise.all(pending);
      const { agents: repository, events: log } = (await open(shared)).port;
      expectEqual('the agent', await repository.get('a'), changed);
      expectEqual('the events', (await log.read({}, { limit: 100 })).items, events(20));
    },
  },
];
