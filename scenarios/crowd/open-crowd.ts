import { TestbedError } from '../../core/error.ts';
import type { Random } from '../../core/random.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { OpenGateway } from '../node/open-gateways.ts';
import type { OpenSystem } from '../run/open-system.ts';
import type { CellContext } from '../run/run-cell.ts';
import { readServerUsage } from '../run/server-usage.ts';
import type { UndoStack } from '../run/undo.ts';
import type { CrowdPlayed } from './metrics.ts';
import { CrowdProcess } from './process.ts';
import type { CrowdOpened } from './protocol.ts';

/** The clients of a cell, connected. */
export interface OpenCrowd {
  readonly process: CrowdProcess;
  readonly opened: CrowdOpened;
  /** What all gateways together have grown by, in bytes of memory; null where that cannot be told. */
  readonly grownBytes: number | null;
  /** Waits for what the ledger says is owed to them from `first` on, no longer than `withinMs`. */
  end(ledger: Ledger, first: Float64Array, withinMs: number): Promise<CrowdPlayed>;
}

/**
 * Starts the process of the clients and connects them; null where the scenario has none. They have a process of their own so
 * that what thousands of WebSockets take delays neither what the load sends nor what its subscribers are timed by.
 */
export async function openCrowd(
  { gateways = [] }: Pick<OpenSystem, 'gateways'>,
  { cell, clock, forkCrowd }: CellContext,
  random: Random,
  undo: UndoStack,
): Promise<OpenCrowd | null> {
  const { workload, faults = [] } = cell.scenario;
  const { connections } = workload;
  if (connections === undefined) return null;
  if (forkCrowd === undefined || gateways.length === 0)
    throw new TestbedError('UNSUPPORTED', 'nothing here has clients over WebSockets');
  const before = await weigh(gateways);
  const crowd = new CrowdProcess(forkCrowd(), clock);
  undo.push('end clients', () => crowd.close());
  const opened = await crowd.open({
    urls: gateways.map(({ url }) => url),
    connections,
    isDisturbed: faults.length > 0,
    seed: random.integer(0, 0x7fff_ffff),
  });
  const after = await weigh(gateways);
  const grownBytes = before === null || after === null ? null : after - before;
  return {
    process: crowd,
    opened,
    grownBytes,
    end: async (...owed) => ({ opened, grownBytes, pid: crowd.pid, report: await crowd.end(...owed) }),
  };
}

/** Resident memory of all gateways, what is collectable collected; null where the kernel does not say. */
async function weigh(gateways: readonly OpenGateway[]): Promise<number | null> {
  let sum = 0;
  for (const { node } of gateways) {
    // The heap is collected for it.
    await node.line.call('memory');
    const usage = readServerUsage(node.pid);
    if (usage === null) return null;
    sum += usage.rssBytes;
  }
  return sum;
}
