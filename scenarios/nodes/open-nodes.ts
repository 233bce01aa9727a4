import { availableParallelism } from 'node:os';
import { createGate } from '../../chaos/gate.ts';
import type { OneOfNodes, Way } from '../../chaos/target.ts';
import type { Port } from '../../chaos/target-name.ts';
import { createRandom } from '../../core/random.ts';
import { readChanges } from '../node/changes.ts';
import { NodeClock } from '../node/clock.ts';
import { changesIn, type NodeSite, type OpenNode } from '../node/open-node.ts';
import { type NodeOrder, type Placed, placedParts } from '../node/order.ts';
import { NodeProcess } from '../node/process.ts';
import { roundTripMs } from '../node/round-trip.ts';
import type { Ground } from '../run/ground.ts';
import { ownWays } from '../run/links.ts';
import { leaseOf, settledOwners } from './settled-owners.ts';
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
  const members: Begun[] = [];
  for (let number = 1; number <= count; number++) members.push(await memberOf(number, site));
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
      nodes: members.map(({ node, links }) => ({ node, clock: new NodeClock(node.line, clock), links })),
      pick: (most) => chance.integer(0, most - 1),
    },
    facts: async () => ({
      ...((await first.node.line.call('facts')) as Facts),
      ...ground.facts,
      orchestrator: {
        transport: 'IPC',
        ipcRoundTripMs,
        nodes: count,
        // More of them than cores: what they get done together says more of the machine than of nodes.
        oversubscribed: count > availableParallelism(),
        moved: await movedBy(nodes),
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
  readonly links: OneOfNodes['links'];
}

async function memberOf(number: number, site: NodeSite): Promise<Begun> {
  const { cell, ground, fork, startedAtMs, clock } = site;
  const name = `node-${number}`;
  const changesPath = changesIn(site, name);
  const { links, ...parts } = await onItsWays(name, ownWays(cell.scenario.faults ?? [], number), ground);
  const node = new NodeProcess<NodeOrder>({
    fork,
    orderFor: (life) => ({ cell, ...parts, name, life, startedAtMs, changesPath: changesPath(life) }),
    clock,
  });
  return { name, node, changesPath, links };
}

/** The parts of the stack as one node sees them: those that it has a way of its own to at the end of that. */
async function onItsWays(
  name: string,
  ways: readonly Port[],
  ground: Ground,
): Promise<Pick<NodeOrder, 'bus' | 'storage' | 'hot'> & Pick<Begun, 'links'>> {
  const parts = placedParts(ground);
  const links: { [port in Port]?: Way } = {};
  const placed: { [port in Port]?: Placed } = {};
  for (const port of ways) {
    const { server } = ground[port].adapter;
    const { address } = parts[port];
    // What cannot have one was UNSUPPORTED before anything was started.
    if (server === undefined || address === undefined) continue;
    const opened = await ground.links.open(`${name}.${port}`, port, server, address);
    links[port] = opened.way;
    placed[port] = { ...parts[port], address: opened.address };
  }
  return { ...parts, ...placed, links };
}

/** Agents that those which live now have taken from nodes that had more. */
async function movedBy(nodes: readonly NodeProcess<NodeOrder>[]): Promise<number> {
  const leases = await Promise.all(nodes.map(({ line }) => leaseOf(line)));
  return leases.reduce((sum, lease) => sum + (lease?.moved ?? 0), 0);
}

/** What a node has done to stored agents in all its lives, and that it was this one. */
function changesOf({ name, node, changesPath }: Begun): ReturnType<OpenNode['changes']> {
  return node.pids
    .flatMap((_, index) => readChanges(changesPath(index + 1)))
    .map((entry) => ({ ...entry, node: name }));
}
