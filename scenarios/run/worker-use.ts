import { Histogram } from '../measure/histogram.ts';
import type { Gauged } from './gauges.ts';

/** What one worker of a load used while it played, and how it kept its part of the schedule. */
export interface WorkerUse {
  readonly pid: number;
  readonly cpuS: number;
  readonly rssMaxBytes: number;
  readonly loopDelay: Histogram;
  /** How late its own sends were. */
  readonly sendLag: { readonly events: Histogram; readonly messages: Histogram };
  /** Sends of its own that were made. */
  readonly sent: number;
}

/** What the workers of a load used on the CPU together; 0 where there are none. */
export function cpuOf(workers: readonly WorkerUse[] | null): number {
  return (workers ?? []).reduce((sum, { cpuS }) => sum + cpuS, 0);
}

/** What was used while the load played, that of its workers included: their loops are those that the load played in. */
export function withWorkers(gauged: Gauged, workers: readonly WorkerUse[] | null): Gauged {
  if (workers === null) return gauged;
  const loopDelay = new Histogram();
  for (const worker of workers) loopDelay.add(worker.loopDelay);
  return {
    ...gauged,
    cpuS: gauged.cpuS + cpuOf(workers),
    rssMaxBytes: workers.reduce((sum, worker) => sum + worker.rssMaxBytes, gauged.rssMaxBytes),
    loopDelay,
  };
}
