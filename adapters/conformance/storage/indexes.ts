import { type Agent, agentStatuses } from '../../../core/agent.ts';
import type { AgentFilter, AgentRepository } from '../../../core/storage.ts';
import { swarmStatuses } from '../../../core/swarm.ts';
import { expectEqual } from '../expect.ts';
import {
  agent,
  ids,
  listAll,
  next,
  randomAgent,
  randomSwarm,
  type StorageContext,
  type StorageTest,
} from './kit.ts';

const few = [1, 2, 3, 4];

/** Every single condition, and some of several. */
const filters: readonly AgentFilter[] = [
  {},
  ...agentStatuses.map((status) => ({ status })),
  ...few.map((n) => ({ swarmId: `swarm-${n}` })),
  ...few.map((n) => ({ parentId: `parent-${n}` })),
  ...few.map((n) => ({ owner: `owner-${n}` })),
  ...few.map((n) => ({ owner: `owner-${n}`, status: 'running' as const })),
  ...few.map((n) => ({ swarmId: `swarm-${n}`, parentId: 'parent-1' })),
  { status: 'paused', swarmId: 'swarm-1', owner: 'owner-2' },
  { status: 'failed', swarmId: 'swarm-2', parentId: 'parent-2', owner: 'owner-1' },
  { owner: 'nobody' },
];

function matches(item: Agent, filter: AgentFilter): boolean {
  return Object.entries(filter).every(([field, value]) => item[field as keyof AgentFilter] === value);
}

async function expectAgreement(
  repository: AgentRepository,
  model: ReadonlyMap<string, Agent>,
): Promise<void> {
  for (const filter of filters) {
    const expected = [...model.values()].filter((item) => matches(item, filter));
    const found = await listAll((page) => repository.find(filter, page), 7);
    const what = JSON.stringify(filter);
    expectEqual(`agents found by ${what}`, ids(found).sort(), ids(expected).sort());
    expectEqual(`count by ${what}`, await repository.count(filter), expected.length);
    for (const item of found) expectEqual(`an agent found by ${what}`, item, model.get(item.id));
  }
}

/** One change drawn by chance, made in the storage and in the model. */
async function change(
  { random }: StorageContext,
  repository: AgentRepository,
  model: Map<string, Agent>,
  step: number,
): Promise<void> {
  const known = [...model.keys()];
  const kind = random.next();
  if (known.length === 0 || kind < 0.3) {
    const item = randomAgent(`agent-${step}`, random);
    await repository.insert([item]);
    model.set(item.id, item);
  } else if (kind < 0.85) {
    const before = model.get(random.pick(known)) as Agent;
    const { status, swarmId, parentId, owner } = randomAgent('', random);
    const after = next(before, random.next() < 0.5 ? { status } : { status, swarmId, parentId, owner });
    expectEqual('refused', await repository.update([after]), []);
    model.set(after.id, after);
  } else {
    const id = random.pick(known);
    expectEqual('removed', await repository.remove([id]), 1);
    model.delete(id);
  }
}

export const indexTests: readonly StorageTest[] = [
  {
    name: 'indexes: look-ups agree with the records through 300 changes by chance',
    meaning: 'A swarm loses a member, or an agent is listed under a status that it left.',
    async run(context) {
      const { agents: repository } = (await context.open()).port;
      const model = new Map<string, Agent>();
      for (let step = 1; step <= 300; step++) {
        await change(context, repository, model, step);
        if (step % 50 === 0) await expectAgreement(repository, model);
      }
    },
  },
  {
    name: 'indexes: a refused update leaves them alone',
    meaning: 'A lost race still moves the agent in the listings.',
    async run({ open }) {
      const { agents: repository } = (await open()).port;
      const first = agent('a', { status: 'running', owner: 'owner-1' });
      await repository.insert([first]);
      const second = next(first, { status: 'paused' });
      await repository.update([second]);
      await repository.update([next(first, { status: 'killed', owner: 'owner-2' })]);
      await expectAgreement(repository, new Map([['a', second]]));
    },
  },
  {
    name: 'indexes: swarms are found by status',
    meaning: 'Recovery does not find the swarms that were active.',
    async run({ open, random }) {
      const { swarms } = (await open()).port;
      const stored = Array.from({ length: 40 }, (_, index) => randomSwarm(`swarm-${index}`, random));
      await swarms.insert(stored);
      for (const status of swarmStatuses) {
        const expected = stored.filter((each) => each.status === status);
        const found = await listAll((page) => swarms.find({ status }, page), 7);
        expectEqual(`swarms ${status}`, ids(found).sort(), ids(expected).sort());
        expectEqual(`count of swarms ${status}`, await swarms.count({ status }), expected.length);
      }
    },
  },
];
