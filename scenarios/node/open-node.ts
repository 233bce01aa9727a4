import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createGate } from '../../chaos/gate.ts';
import type { Surroundings } from '../../chaos/target.ts';
import type { Clock } from '../../core/clock.ts';
import type { ControlEntry } from '../run/control-log.ts';
import type { Ground } from '../run/ground.ts';
import type { MemorySample } from '../run/memory.ts';
import type { UndoStack } from '../run/undo.ts';
import type { Cell } from '../scenario.ts';
import type { SystemUnderTest } from '../sut.ts';
import { readChanges } from './changes.ts';
import { NodeClock } from './clock.ts';
import { type NodeOrder, placedParts } from './order.ts';
import { NodeProcess } from './process.ts';
import { roundTripMs } from './round-trip.ts';
import { systemAt } from './system.ts';

/** An orchestrator that runs in a process of its own, with what there is to ask of it from here. */
export interface OpenNode {
  readonly sut: SystemUnderTest;
  readonly node: NodeProcess<NodeOrder>;
  readonly surroundings: Surroundings;
  /** What it says of bus, storage and layers, and what is to be known of the node itself. */
  facts(): Promise<{ readonly [part: string]: { readonly [name: string]: string | number | boolean } }>;
  /** What has been done to stored agents, in all its lives. */
  changes(): readonly ControlEntry[];
  /** What it holds in memory; null once it is another process than it was. */
  memory(): Promise<MemorySample | null>;
}

export interface NodeSite {
  readonly cell: Cell;
  readonly ground: Ground;
  /** Starts the process of a node. */
  readonly fork: () => ChildProcess;
  /** Where each life of it leaves a file. */
  readonly directory: string;
  readonly startedAtMs: number;
  readonly clock: Clock;
  readonly undo: UndoStack;
}

/** Where each life of a process that is called so writes down what it does to stored agents. */
export function changesIn(
  { directory }: Pick<NodeSite, 'directory'>,
  name: string,
): (life: number) => string {
  return (life) => join(directory, `${name}-${life}.ndjson`);
}

/** Starts the node of a cell on the stack whose servers run; pushes its end onto `undo`. */
export async function openNode(site: NodeSite): Promise<OpenNode> {
  const { cell, ground, fork, startedAtMs, clock, undo } = site;
  const changesPath = changesIn(site, 'node');
  const parts = placedParts(ground);
  const node = new NodeProcess<NodeOrder>({
    fork,
    orderFor: (life) => ({ cell, ...parts, life, startedAtMs, changesPath: changesPath(life) }),
    clock,
  });
  undo.push('end node', () => node.close());
  await node.start();
  const { line } = node;
  undo.push('remove what the node kept', async () => void (await line.call('purge')));
  const ipcRoundTripMs = await roundTripMs(line, clock);
  return {
    sut: systemAt(line, node.able),
    node,
    surroundings: {
      ...ground.surroundings,
      gate: createGate(),
      orchestratorClock: new NodeClock(line, clock),
      node,
    },
    facts: async () => ({
      ...((await line.call('facts')) as Awaited<ReturnType<OpenNode['facts']>>),
      ...ground.facts,
      orchestrator: {
        transport: 'IPC',
        ipcRoundTripMs,
        lives: node.pids.length,
        pids: node.pids.join(', '),
      },
    }),
    changes: () => node.pids.flatMap((_, index) => readChanges(changesPath(index + 1))),
    memory: async () => (node.pids.length > 1 ? null : ((await line.call('memory')) as MemorySample | null)),
  };
}
