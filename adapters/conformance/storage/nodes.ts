import type { StorageTraits } from '../../adapter.ts';
import { expectEqual, expectRejection } from '../expect.ts';
import { agent, agents, next, type StorageContext, type StorageTest } from './kit.ts';

const leases = {
  needs: 'leases of nodes',
  applies: (traits: StorageTraits) => traits.nodes === true,
} as const;

const entrant = { node: 'node-1', address: null };

async function opened({ open }: Pick<StorageContext, 'open'>) {
  const { agents: repository, swarms, nodes } = (await open()).port;
  if (nodes === undefined) throw new Error('the traits claim leases of nodes, and the port has no nodes');
  return { repository, swarms, nodes };
}

export const nodeTests: readonly StorageTest[] = [
  {
    name: 'nodes: every life has a higher token, stands, and is seen with its beats and its load',
    meaning: 'A node that was ended writes with the token of another, or nobody sees that it lives.',
    ...leases,
    async run(context) {
      const { nodes } = await opened(context);
      const first = await nodes.enter(entrant);
      const second = await nodes.enter({ node: 'node-2', address: 'http://127.0.0.1:1' });
      expectEqual('the second token is higher', second > first, true);
      expectEqual('renewed', await nodes.renew(second, 7), true);
      expectEqual('renewed again', await nodes.renew(second, 8), true);
      expectEqual('the lives', await nodes.list(), [
        { token: first, ...entrant, beat: 0, load: 0, stands: true },
        { token: second, node: 'node-2', address: 'http://127.0.0.1:1', beat: 2, load: 8, stands: true },
      ]);
    },
  },
  {
    name: 'nodes: a life is ended only at the beat at which it was seen, and once',
    meaning: 'A node that has just renewed its lease loses it, or two believe that they ended it.',
    ...leases,
    async run(context) {
      const { nodes } = await opened(context);
      const token = await nodes.enter(entrant);
      await nodes.renew(token, 0);
      expectEqual('ended at an older beat', await nodes.end(token, 0), false);
      const ends = await Promise.all(Array.from({ length: 10 }, () => nodes.end(token, 1)));
      expectEqual('how many ended it', ends.filter(Boolean).length, 1);
      expectEqual('renewed after its end', await nodes.renew(token, 0), false);
      expectEqual('stands', (await nodes.list())[0]?.stands, false);
      expectEqual('renewed, though nobody knows it', await nodes.renew(token + 1000, 0), false);
    },
  },
  {
    name: 'nodes: only a life that has ended is forgotten, and its token is not given again',
    meaning: 'A node that lives loses its lease, or an old one gets a new lease by chance.',
    ...leases,
    async run(context) {
      const { nodes } = await opened(context);
      const token = await nodes.enter(entrant);
      await nodes.forget(token);
      expectEqual('renewed', await nodes.renew(token, 0), true);
      await nodes.end(token, 1);
      await nodes.forget(token);
      expectEqual('the lives', await nodes.list(), []);
      expectEqual('the next token is higher', (await nodes.enter(entrant)) > token, true);
    },
  },
  {
    name: 'nodes: what is written with the token of a life that stands is stored as without one',
    meaning: 'A node among others cannot work.',
    ...leases,
    async run(context) {
      const { repository, nodes } = await opened(context);
      const token = await nodes.enter(entrant);
      const [one, two, three] = agents(3) as [ReturnType<typeof agent>, ReturnType<typeof agent>, never];
      await repository.insert([one, two], token);
      await repository.insert([three]);
      expectEqual('refused', await repository.update([next(one)], token), []);
      expectEqual('refused again', await repository.update([next(one)], token), ['agent-1']);
      const some = [next(one), next(two), next(three), next(agent('nobody'))];
      expectEqual('refused of many', [...(await repository.update(some, token))].sort(), [
        'agent-1',
        'nobody',
      ]);
      const again = () => repository.insert([agent('agent-4'), one], token);
      await expectRejection('an id twice', 'DUPLICATE', again);
      expectEqual('stored', await repository.count({}), 3);
    },
  },
  {
    name: 'nodes: nothing that is written with the token of a life that has ended is stored',
    meaning: 'A paused node that wakes writes as the owner that it no longer is.',
    ...leases,
    async run(context) {
      const { repository, swarms, nodes } = await opened(context);
      const token = await nodes.enter(entrant);
      const stored = agents(3, { owner: 'node-1' });
      await repository.insert(stored, token);
      await nodes.end(token, 0);
      const changed = stored.map((item) => next(item));
      await expectRejection('an insert', 'FENCED', () => repository.insert([agent('late')], token));
      await expectRejection('an update', 'FENCED', () => repository.update(changed.slice(0, 1), token));
      await expectRejection('an update of many', 'FENCED', () => repository.update(changed, token));
      await nodes.forget(token);
      await expectRejection('when it is forgotten', 'FENCED', () => repository.update(changed, token));
      expectEqual('swarms', await swarms.count({}), 0);
      expectEqual('stored', (await repository.find({}, { limit: 10 })).items, stored);
      expectEqual('refused without a token', await repository.update(changed), []);
    },
  },
  {
    name: 'nodes: of writes at the same time only those of a life that stands are stored',
    meaning: 'What one node writes goes by the token of another.',
    ...leases,
    async run(context) {
      const { repository, nodes } = await opened(context);
      const [lives, ended] = [await nodes.enter(entrant), await nodes.enter(entrant)];
      const stored = agents(40);
      await repository.insert(stored);
      await nodes.end(ended, 0);
      const outcomes = await Promise.allSettled(
        stored.map((item, index) => repository.update([next(item)], index % 2 === 0 ? lives : ended)),
      );
      const codes = outcomes.map((outcome) =>
        outcome.status === 'rejected' ? outcome.reason.code : 'stored',
      );
      expectEqual(
        'outcomes',
        codes,
        stored.map((_, index) => (index % 2 === 0 ? 'stored' : 'FENCED')),
      );
      const versions = await Promise.all(stored.map(async ({ id }) => (await repository.get(id))?.version));
      expectEqual(
        'versions',
        versions,
        stored.map((_, index) => (index % 2 === 0 ? 2 : 1)),
      );
    },
  },
  {
    name: 'nodes: once a life has been ended, all is there that it has written, and nothing more comes',
    meaning: 'Who takes over the agents of a dead node misses some, which nobody runs then.',
    ...leases,
    async run(context) {
      const { repository, nodes } = await opened(context);
      for (let round = 0; round < 20; round++) {
        const token = await nodes.enter(entrant);
        const owner = `node-1#${token}`;
        const insert = (index: number): Promise<boolean> =>
          repository.insert([agent(`agent-${round}-${index}`, { owner })], token).then(
            () => true,
            () => false,
          );
        const writes: Promise<boolean>[] = [];
        let left: Promise<number> | undefined;
        for (let index = 0; index < 20; index++) {
          writes.push(insert(2 * index), insert(2 * index + 1));
          if (index === 10) left = nodes.end(token, 0).then(() => repository.count({ owner }));
          await new Promise((resolve) => setImmediate(resolve));
        }
        const acknowledged = (await Promise.all(writes)).filter(Boolean).length;
        expectEqual(
          'acknowledged, and there when it was ended',
          [acknowledged, await left],
          [await repository.count({ owner }), await repository.count({ owner })],
        );
      }
    },
  },
];
