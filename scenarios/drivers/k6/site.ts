import type { Clock } from '../../../core/clock.ts';
import type { Threshold } from '../../../reports/threshold.ts';
import type { Workload } from '../../scenario.ts';

/** A k6 that was found, and what it is to run. */
export interface K6Program {
  readonly path: string;
  readonly version: string;
  readonly script: string;
  /** The script is somebody's own, and says itself what it does. */
  readonly isOwn: boolean;
}

export interface K6Site {
  readonly program: K6Program;
  /** Of the gateway. */
  readonly url: string;
  readonly workload: Workload;
  readonly thresholds: readonly Threshold[];
  /** Exists; what k6 is told and what it tells is kept here. */
  readonly directory: string;
  readonly clock: Clock;
  /** How long it may still be there after its load and the deadline of the last requests. Absent: ten seconds. */
  readonly endsWithinMs?: number;
}
