import { expectEqual, expectRejection, expectTrue } from '../expect.ts';
import { largePayload, oddPayloads, probedLimitBytes } from '../payloads.ts';
import { agent, agents, ids, listAll, next, type StorageTest, swarm } from './kit.ts';

export const recordTests: readonly StorageTest[] = [
  {
    name: 'records: what is inserted can be read back, field by field',
    meaning: 'A stored agent comes back changed.',
    async run({ open }) {
      const { agents: repository, swarms } = (await open()).port;
      const bare = agent('bare');
      const full = agent('full', {
        status: 'failed',
        swarmId: 'swarm',
        parentId: 'bare',
        owner: 'node-1',
        attempt: 3,
        session: { turn: 7, notes: ['a'] },
        result: [1, null],
        error: 'it broke',
      });
      await repository.insert([bare, full]);
      expectEqual('an agent without links', await repository.get('bare'), bare);
      expectEqual('an agent with everything', await repository.get('full'), full);
      expectEqual('an agent that is not there', await repository.get('nobody'), undefined);
      const stored = swarm('swarm', { status: 'active', strategy: 'tree', result: { done: true } });
      await swarms.insert([stored]);
      expectEqual('a swarm', await swarms.get('swarm'), stored);
    },
  },
  {
    name: 'records: every kind of JSON value comes back as it went in',
    meaning: 'A session or result is changed by being stored.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      const stored = oddPayloads.map(([what, value]) =>
        agent(what, { task: value, session: value, result: value }),
      );
      await repository.insert(stored);
      for (const each of stored) expectEqual(`an agent with ${each.id}`, await repository.get(each.id), each);
      const changed = stored.map((each) => next(each, { result: each.task, session: null }));
      expectEqual('updates refused', await repository.update(changed), []);
      for (const each of changed)
        expectEqual(`an update with ${each.id}`, await repository.get(each.id), each);
    },
  },
  {
    name: 'records: a session of 5 MiB, or the largest allowed',
    meaning: 'A long conversation cannot be stored.',
    async run({ open, traits }) {
      const { agents: repository } = (await open()).port;
      const session = largePayload(traits.maxPayloadBytes);
      await repository.insert([agent('large', { session })]);
      expectTrue('the large session was changed', (await repository.get('large'))?.session === session);
    },
  },
  {
    name: 'records: a payload over the limit is refused, and with it its batch',
    meaning: 'Too large a record is cut, lost in silence, or takes the storage down.',
    needs: 'a largest payload of at most 128 MiB',
    applies: ({ maxPayloadBytes }) => maxPayloadBytes <= probedLimitBytes,
    async run({ open, traits }) {
      const { agents: repository } = (await open()).port;
      const tooLarge = agent('large', { session: 'x'.repeat(traits.maxPayloadBytes + 1) });
      await expectRejection('insert', 'INVALID_ARGUMENT', () =>
        repository.insert([agent('small'), tooLarge]),
      );
      expectEqual('stored', await repository.count({}), 0);
    },
  },
  {
    name: 'records: an id that exists is refused, and with it the whole insert',
    meaning: 'An agent is overwritten, or half a swarm is spawned.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      const first = agent('a', { task: 'first' });
      await repository.insert([first]);
      const second = agent('a', { task: 'second' });
      await expectRejection('an id that is stored', 'DUPLICATE', () =>
        repository.insert([agent('b'), second]),
      );
      await expectRejection('one id twice', 'DUPLICATE', () => repository.insert([agent('c'), agent('c')]));
      expectEqual('the first', await repository.get('a'), first);
      expectEqual('stored', ids(await listAll((page) => repository.find({}, page), 10)), ['a']);
      await repository.insert([agent('b'), agent('c')]);
      expectEqual('stored after the refusals', await repository.count({}), 3);
    },
  },
  {
    name: 'records: one refused insert does not take down others made at the same time',
    meaning: "One caller's mistake fails another caller's write.",
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      await repository.insert([agent('taken')]);
      const outcomes = await Promise.allSettled([
        repository.insert([agent('a')]),
        repository.insert([agent('b'), agent('taken')]),
        repository.insert([agent('c')]),
      ]);
      expectEqual(
        'outcomes',
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
      expectEqual('stored', ids(await listAll((page) => repository.find({}, page), 10)).sort(), [
        'a',
        'c',
        'taken',
      ]);
    },
  },
  {
    name: 'records: what is inserted is at version 1',
    meaning: 'A record enters with a history that never was.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      await expectRejection('insert at version 2', 'INVALID_ARGUMENT', () =>
        repository.insert([agent('a', { version: 2 })]),
      );
      expectEqual('stored', await repository.count({}), 0);
    },
  },
  {
    name: 'records: removed ones are gone, unknown ids are ignored, and the id can be used again',
    meaning: 'Clean-up leaves records behind, or fails half-way.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      await repository.insert(agents(5));
      expectEqual('removed', await repository.remove(['agent-2', 'nobody', 'agent-4']), 2);
      expectEqual('removed again', await repository.remove(['agent-2']), 0);
      expectEqual('a removed agent', await repository.get('agent-2'), undefined);
      expectEqual('left', await repository.count({}), 3);
      await repository.insert([agent('agent-2', { task: 'again' })]);
      expectEqual('inserted again', (await repository.get('agent-2'))?.task, 'again');
    },
  },
  {
    name: 'records: empty batches are accepted and do nothing',
    meaning: 'A batching caller with nothing to do gets an error.',
    async run({ open }) {
      const { agents: repository, events } = (await open()).port;
      await repository.insert([]);
      expectEqual('refused updates', await repository.update([]), []);
      expectEqual('removed', await repository.remove([]), 0);
      await events.append([]);
      expectEqual('stored', [await repository.count({}), await events.count()], [0, 0]);
    },
  },
  {
    name: 'records: 5,000 in one insert',
    meaning: 'Spawning many at once runs into a limit of the store.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      await repository.insert(agents(5_000));
      expectEqual('stored', await repository.count({}), 5_000);
      expectEqual('the last', await repository.get('agent-5000'), agent('agent-5000'));
    },
  },
];
