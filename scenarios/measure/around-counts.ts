import type { Metric } from '../../reports/record.ts';
import { aroundFaults } from './phases.ts';

/** What has been counted so far. */
export interface SoFar {
  readonly good: number;
  readonly attempted: number;
  readonly errors: number;
}

const nothing: SoFar = { good: 0, attempted: 0, errors: 0 };

/**
 * Availability and errors before, during and after the faults, by when operations ended, from what had been counted as the
 * first fault began, as the last one was seen healed, and at the end. Nothing where no fault began.
 */
export function aroundCounts(
  begun: SoFar | null,
  over: SoFar | null,
  end: SoFar,
): { readonly [name: string]: Metric } {
  if (begun === null) return {};
  const marks = [nothing, begun, over ?? end, end];
  const metrics: { [name: string]: Metric } = {};
  aroundFaults.forEach((phase, index) => {
    const [from, to] = [marks[index] as SoFar, marks[index + 1] as SoFar];
    const attempted = to.attempted - from.attempted;
    if (attempted === 0) return;
    metrics[`availability_pct{phase:${phase}}`] = {
      unit: '%',
      value: (100 * (to.good - from.good)) / attempted,
    };
    metrics[`errors{phase:${phase}}`] = { unit: 'count', value: to.errors - from.errors };
  });
  return metrics;
}
