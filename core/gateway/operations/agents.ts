import { type Agent, agentStatuses } from '../../agent.ts';
import { TestbedError } from '../../error.ts';
import type { SpawnRequest } from '../../lifecycle/spawner.ts';
import type { Json } from '../../message.ts';
import type { Orchestrator } from '../../orchestrator.ts';
import type { AgentFilter, PageRequest } from '../../storage.ts';
import type { Call, Operation } from '../operation.ts';
import { count, id, json, named, object, pageOf, paging, type Schema, text } from '../schemas.ts';

const { Agent: agent, SpawnRequest: spawnRequest } = named;
const path = { id };
const agents: Schema = { type: 'array', items: agent };
const filter = { status: { type: 'string', enum: agentStatuses }, swarmId: id, parentId: id, owner: id };

/** A change of one agent: `POST /agents/:id/NAME`. */
function change(
  name: string,
  what: string,
  run: (
    orchestrator: Orchestrator,
    agentId: string,
    body: { readonly [name: string]: Json },
  ) => Promise<Agent>,
  body?: Schema,
): Operation {
  return {
    name: `${name}Agent`,
    method: 'POST',
    route: `/agents/:id/${name}`,
    what,
    path,
    ...(body && { body, bodyOptional: (body['required'] as readonly string[]).length === 0 }),
    status: 200,
    answer: agent,
    run: (orchestrator, call) => run(orchestrator, idOf(call), (call.body ?? {}) as { [name: string]: Json }),
  };
}

export const agentOperations: readonly Operation[] = [
  {
    name: 'spawnAgent',
    method: 'POST',
    route: '/agents',
    what: 'Spawns an agent; answered once it is running, stored, and its start accepted by the bus',
    body: spawnRequest,
    bodyOptional: true,
    status: 201,
    answer: agent,
    async run(orchestrator, { body }) {
      const [spawned] = await orchestrator.spawn([(body ?? {}) as SpawnRequest]);
      return spawned;
    },
  },
  {
    name: 'spawnAgents',
    method: 'POST',
    route: '/agents/batch',
    what: 'Spawns many agents, all or none',
    body: object({ agents: { type: 'array', items: spawnRequest, minItems: 1, maxItems: 10_000 } }, [
      'agents',
    ]),
    status: 201,
    answer: object({ agents }, ['agents']),
    async run(orchestrator, { body }) {
      const requests = (body as { readonly agents: readonly SpawnRequest[] }).agents;
      return { agents: await orchestrator.spawn(requests) };
    },
  },
  {
    name: 'getAgent',
    method: 'GET',
    route: '/agents/:id',
    what: 'An agent as stored now',
    path,
    status: 200,
    answer: agent,
    async run(orchestrator, call) {
      const found = await orchestrator.get(idOf(call));
      if (found === undefined) throw new TestbedError('NOT_FOUND', `no agent ${idOf(call)}`);
      return found;
    },
  },
  {
    name: 'listAgents',
    method: 'GET',
    route: '/agents',
    what: 'Agents in pages; all named conditions hold',
    query: { ...filter, ...paging },
    status: 200,
    answer: pageOf(agent),
    run: (orchestrator, { query }) => orchestrator.list(filterOf(query), pageRequest(query)),
  },
  {
    name: 'countAgents',
    method: 'GET',
    route: '/counts/agents',
    what: 'How many agents there are; all named conditions hold',
    query: filter,
    status: 200,
    answer: object({ count }, ['count']),
    run: async (orchestrator, { query }) => ({ count: await orchestrator.count(filterOf(query)) }),
  },
  {
    name: 'listChildren',
    method: 'GET',
    route: '/agents/:id/children',
    what: 'The children of an agent in pages',
    path,
    query: paging,
    status: 200,
    answer: pageOf(agent),
    run: (orchestrator, call) => orchestrator.children(idOf(call), pageRequest(call.query)),
  },
  {
    name: 'listChanges',
    method: 'GET',
    route: '/changes/agents',
    what: 'Which agents have changed since the call before, for a copy that is kept up to date',
    query: paging,
    status: 200,
    answer: object(
      { changed: agents, removed: { type: 'array', items: text }, next: text, more: { type: 'boolean' } },
      ['changed', 'removed', 'next', 'more'],
    ),
    run: (orchestrator, { query }) => orchestrator.changes(pageRequest(query)),
  },
  change('pause', 'Pauses a running agent', (orchestrator, agentId) => orchestrator.pause(agentId)),
  change('resume', 'Lets a paused agent go on', (orchestrator, agentId) => orchestrator.resume(agentId)),
  change(
    'complete',
    'Ends an agent with its result',
    (orchestrator, agentId, { result = null }) => orchestrator.complete(agentId, result),
    object({ result: json }),
  ),
  change(
    'fail',
    'Fails an agent: it is tried again while the policy has attempts left, unless `retry` is false',
    (orchestrator, agentId, { error, retry = true }) =>
      orchestrator.fail(agentId, error as string, { retry: retry as boolean }),
    object({ error: text, retry: { type: 'boolean' } }, ['error']),
  ),
  change(
    'kill',
    'Kills an agent, with `cascade` its descendants too',
    (orchestrator, agentId, { cascade = false }) =>
      orchestrator.kill(agentId, { cascade: cascade as boolean }),
    object({ cascade: { type: 'boolean' } }),
  ),
  change(
    'remember',
    'Replaces the session of an agent: what it knows across pause, retry and restart',
    (orchestrator, agentId, { session = null }) => orchestrator.remember(agentId, session),
    object({ session: json }, ['session']),
  ),
  {
    name: 'forgetEnded',
    method: 'POST',
    route: '/forget/agents',
    what: 'Forgets agents that have ended: in storage, cache and subscriptions',
    body: object({ endedForMs: { type: 'number', minimum: 0 }, endedKept: count }),
    bodyOptional: true,
    status: 200,
    answer: object({ forgotten: count }, ['forgotten']),
    run: async (orchestrator, { body }) => ({
      forgotten: await orchestrator.forgetEnded((body ?? undefined) as { endedForMs?: number } | undefined),
    }),
  },
];

export function idOf({ path: { id: found = '' } }: Call): string {
  return found;
}

export function pageRequest({ limit = 100, after }: Call['query']): PageRequest {
  return { limit: limit as number, ...(after !== undefined && { after: after as string }) };
}

function filterOf({ limit: _, after: __, ...conditions }: Call['query']): AgentFilter {
  return conditions as AgentFilter;
}
