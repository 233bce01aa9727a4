import { createGate } from '../../chaos/gate.ts';
import { createRandom } from '../../core/random.ts';
import { readChanges } from '../node/changes.ts';
import { NodeClock } from '../node/clock.ts';
import { changesIn, type NodeSite, type OpenNode } from '../node/open-node.ts';
import { type NodeOrder, placedParts } from '../node/order.ts';
import { NodeProcess } from '../node/process.ts';
import { roundTripMs } from '../node/round-trip.ts';
import { settledOwners } from './settled-owners.ts';
import { systemOfNodes } from './system.ts';

/** Several orchestrators on one stack, each in a process of its own. */
export interface OpenNodes extends Omit<OpenNode, 'node'> {
  owners(): Promise<ReadonlySet<string>>;
  readonly nodes: readonly NodeProcess<NodeOrder>[];
}

type Facts = Awaited<ReturnType<OpenNode['facts']>>;

/** Starts the nodes of a cell, all at once, on the stack whose servers run; pushes the end of each onto `undo`. */
export async function openNodes(site: NodeSite, count: number): Promise<OpenNodes> {
  const { cell, ground, clock, undo } = site;
  const members = Array.from({ length: count }, (_, index) => memberOf(`node-${index + 1}`, site));
  for (const { name, node } of members) undo.push(`end ${name}`, () => node.close());
  // The first makes what the stack needs to have once.
  const [first, ...others] = members as [Begun, ...Begun[]];
  await first.node.start();
  await Promise.all(others.map(({ node }) => node.start()));
  undo.push('remove what the nodes kept', async () => {
    const living = members.find(({ node }) => node.line.isReady) ?? first;
    await living.node.line.call('purge');
  });
  const ipcRoundTripMs = await roundTripMs(first.node.line, clock);
  const chance = createRandom(cell.seed).fork(cell.scenario.name).fork('any node');
  const nodes = members.map(({ node }) => node);
  return {
    sut: systemOfNodes(
      members.map(({ name, node }) => ({ name, node, line: node.line, able: node.able })),
      clock,
    ),
    nodes,
    surroundings: {
      ...ground.surroundings,
      gate: createGate(),
      orchestratorClock: new NodeClock(first.node.line, clock),
      node: first.node,
      nodes: nodes.map((node) => ({ node, clock: new NodeClock(node.line, clock) })),
      pick: (most) => chance.integer(0, most - 1),
    },
    facts: async () => ({
      ...((await first.node.line.call('facts')) as Facts),
      ...ground.facts,
      orchestrator: {
        transport: 'IPC',
        ipcRoundTripMs,
        nodes: count,
        lives: nodes.reduce((sum, { pids }) => sum + pids.length, 0),
        pids: members.map(({ name, node }) => `${name}: ${node.pids.join(' ')}`).join(', '),
      },
    }),
    owners: () => settledOwners(nodes, clock),
    changes: () => members.flatMap((member) => changesOf(member)),
    // Of several processes, some of which may be others by now.
    memory: async () => null,
  };
}

interface Begun {
  readonly name: string;
  readonly node: NodeProcess<NodeOrder>;
  readonly changesPath: (life: number) => string;
}

function memberOf(name: string, site: NodeSite): Begun {
  const { cell, ground, fork, startedAtMs, clock } = site;
  const changesPath = changesIn(site, name);
  const parts = placedParts(ground);
  const node = new NodeProcess<NodeOrder>({
    fork,
    orderFor: (life) => ({ cell, ...parts, name, life, startedAtMs, changesPath: changesPath(life) }),
    clock,
  });
  return { name, node, changesPath };
}

/** What a node has done to stored agents in all its lives, and that it was this one. */
function changesOf({ name, node, changesPath }: Begun): ReturnType<OpenNode['changes']> {
  return node.pids
    .flatMap((_, index) => readChanges(changesPath(index + 1)))
    .map((entry) => ({ ...entry, node: name }));
}
