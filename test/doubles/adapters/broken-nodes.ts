/** The memory storage, whose leases of nodes are broken in one way each. */
import type { StorageAdapter } from '../../../adapters/adapter.ts';
import { memoryStorage } from '../../../adapters/memory/index.ts';
import { TestbedError } from '../../../core/error.ts';
import type { NodeRepository } from '../../../core/nodes/life.ts';
import type { AgentRepository } from '../../../core/storage.ts';
import { withPort } from './broken.ts';

const changing = (
  nodesOf: (nodes: NodeRepository) => Partial<NodeRepository>,
  agentsOf: (agents: AgentRepository) => Partial<AgentRepository> = () => ({}),
): StorageAdapter =>
  withPort(memoryStorage, (storage) => {
    const nodes = storage.nodes as NodeRepository;
    return {
      ...storage,
      agents: { ...storage.agents, ...agentsOf(storage.agents) },
      nodes: { ...nodes, ...nodesOf(nodes) },
    };
  });

/** What is written is stored, whoever has ended. */
const ignoresTokens = changing(
  () => ({}),
  (agents) => ({
    insert: (items) => agents.insert(items),
    update: (items) => agents.update(items),
  }),
);

const refusesTokens = changing(
  () => ({}),
  (agents) => ({
    async insert(items, token) {
      if (token !== undefined) throw new TestbedError('FENCED', 'nobody may write');
      return agents.insert(items);
    },
  }),
);

/** Whoever ends it ends it, however often it was renewed meanwhile. */
const endsAtAnyBeat = changing((nodes) => ({
  async end(token) {
    const life = (await nodes.list()).find((each) => each.token === token);
    return life !== undefined && nodes.end(token, life.beat);
  },
}));

const forgetsTheLiving = changing((nodes) => ({
  async forget(token) {
    const life = (await nodes.list()).find((each) => each.token === token);
    if (life?.stands) await nodes.end(token, life.beat);
    return nodes.forget(token);
  },
}));

const countsNoBeats = changing((nodes) => ({
  list: async () => (await nodes.list()).map((life) => ({ ...life, beat: 0 })),
}));

export const brokenNodes: { readonly [flaw: string]: () => StorageAdapter } = {
  'ignores tokens': () => ignoresTokens,
  'refuses tokens': () => refusesTokens,
  'ends at any beat': () => endsAtAnyBeat,
  'forgets the living': () => forgetsTheLiving,
  'counts no beats': () => countsNoBeats,
};
