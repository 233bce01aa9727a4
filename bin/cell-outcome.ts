import type { Verdict } from '../reports/record.ts';
import type { CellEnd } from './cell-process.ts';

/** What a cell that left no record comes to. */
export interface Outcome {
  readonly verdict: Extract<Verdict, 'UNSUPPORTED' | 'INCONCLUSIVE'>;
  readonly reason: string;
  /** It could not be run at all: exit code 4. */
  readonly couldNotRun: boolean;
}

/**
 * A feature that the stack's adapters do not have is UNSUPPORTED. So is a stack that this machine does not have, as
 * long as nobody asked for it by name: `required` is true for a stack named by flag, and for all of them in CI.
 */
export function outcomeOf(end: Exclude<CellEnd, { kind: 'done' }>, required: boolean): Outcome {
  if (end.kind === 'unsupported') {
    return { verdict: 'UNSUPPORTED', reason: end.reason, couldNotRun: false };
  }
  if (end.kind === 'failed' && end.code === 'UNSUPPORTED' && !required) {
    return { verdict: 'UNSUPPORTED', reason: end.message, couldNotRun: false };
  }
  const failed = end.kind === 'failed';
  const reason = failed ? `could not run: ${end.message}` : end.message;
  return { verdict: 'INCONCLUSIVE', reason, couldNotRun: failed };
}
