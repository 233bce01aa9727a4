import { TestbedError } from '../../error.ts';
import type { Orchestrator } from '../../orchestrator.ts';
import type { SwarmFilter } from '../../storage.ts';
import { type Swarm, swarmStatuses } from '../../swarm.ts';
import type { SwarmRequest } from '../../swarms/swarms.ts';
import type { Operation } from '../operation.ts';
import { id, named, object, pageOf, paging, swarmSize } from '../schemas.ts';
import { idOf, pageRequest } from './agents.ts';

const { Agent: agent, Swarm: swarm, SwarmRequest: swarmRequest } = named;
const path = { id };

async function find(orchestrator: Orchestrator, swarmId: string): Promise<Swarm> {
  const found = await orchestrator.swarms.get(swarmId);
  if (found === undefined) throw new TestbedError('NOT_FOUND', `no swarm ${swarmId}`);
  return found;
}

/** A change of one swarm: `POST /swarms/:id/NAME`. */
function change(name: 'pause' | 'resume' | 'destroy', what: string): Operation {
  return {
    name: `${name}Swarm`,
    method: 'POST',
    route: `/swarms/:id/${name}`,
    what,
    path,
    status: 200,
    answer: swarm,
    run: (orchestrator, call) => orchestrator.swarms[name](idOf(call)),
  };
}

export const swarmOperations: readonly Operation[] = [
  {
    name: 'createSwarm',
    method: 'POST',
    route: '/swarms',
    what: 'Creates a swarm; answered once agents can be spawned into it',
    body: swarmRequest,
    status: 201,
    answer: swarm,
    async run(orchestrator, { body }) {
      return find(orchestrator, await orchestrator.createSwarm(body as SwarmRequest));
    },
  },
  {
    name: 'listSwarms',
    method: 'GET',
    route: '/swarms',
    what: 'Swarms in pages',
    query: { status: { type: 'string', enum: swarmStatuses }, ...paging },
    status: 200,
    answer: pageOf(swarm),
    run: (orchestrator, { query }) => {
      const { status } = query as SwarmFilter;
      return orchestrator.swarms.list(status === undefined ? {} : { status }, pageRequest(query));
    },
  },
  {
    name: 'getSwarm',
    method: 'GET',
    route: '/swarms/:id',
    what: 'A swarm as stored now',
    path,
    status: 200,
    answer: swarm,
    run: (orchestrator, call) => find(orchestrator, idOf(call)),
  },
  {
    name: 'listMembers',
    method: 'GET',
    route: '/swarms/:id/agents',
    what: 'The agents of a swarm in pages, ended ones included',
    path,
    query: paging,
    status: 200,
    answer: pageOf(agent),
    run: (orchestrator, call) => orchestrator.swarms.members(idOf(call), pageRequest(call.query)),
  },
  change('pause', 'Pauses a swarm and its agents'),
  change('resume', 'Lets a paused swarm go on'),
  {
    name: 'scaleSwarm',
    method: 'POST',
    route: '/swarms/:id/scale',
    what: 'Spawns or kills agents of a swarm, until there are `size`',
    path,
    body: object({ size: swarmSize }, ['size']),
    status: 200,
    answer: swarm,
    run(orchestrator, call) {
      const { size } = call.body as { readonly size: number };
      return orchestrator.swarms.scale(idOf(call), size);
    },
  },
  change('destroy', 'Kills the agents of a swarm and ends it for good'),
];
