import { baselineOf } from '../../bin/history/baseline.ts';
import { withHistory } from '../../bin/history/store.ts';
import type { Random } from '../../core/random.ts';
import { metricTable } from '../../reports/metric-table.ts';
import type { RunRecord } from '../../reports/record.ts';
import { histogram, number, sampleRecord, sampleResult } from '../reports/sample-record.ts';

/** What a history is to hold: so many results under one name, each of so many runs of every cell. */
export interface HistoryPlan {
  readonly results: number;
  readonly cells: readonly (readonly [scenario: string, stack: string])[];
  readonly runs: number;
  /** What a run of a result measures, beside 1: where a test plants what is to be found. */
  factor(result: number): number;
  /** Of a result; absent: one machine. */
  machine?(result: number): string;
}

const dayMs = 86_400_000;

/**
 * Fills a store as `baseline save` does, a result a day. A record has every metric there is, as a real one has; its series
 * and histograms are left out, since nothing that looks over all of history reads them.
 */
export async function fillHistory(
  file: string,
  name: string,
  plan: HistoryPlan,
  random: Random,
): Promise<void> {
  const all = Array.from({ length: plan.results }, (_, at) => {
    const savedAt = new Date(Date.UTC(2026, 0, 1) + at * dayMs).toISOString();
    return baselineOf(sampleResult(runsOf(plan, at, random)), { name, savedAt, branch: 'main' });
  });
  await withHistory(file, { create: true }, (history) => history.save(all, { append: true }));
}

/** The records of one result of a plan. */
export function runsOf(
  { cells, runs, factor, machine = () => 'one machine' }: HistoryPlan,
  result: number,
  random: Random,
): readonly RunRecord[] {
  const environment = { fingerprint: machine(result), commit: `commit${String(result).padStart(6, '0')}` };
  return cells.flatMap(([scenario, stack]) =>
    Array.from({ length: runs }, (_, run) => {
      const metrics = metricsOf(factor(result) * (1 + 0.02 * noise(random)));
      const cell = { environment, scenario, stack, iteration: run + 1, seed: run + 1 };
      // Planted counts would contradict what checks say.
      return sampleRecord({ ...cell, metrics, series: {}, histograms: {}, checks: [] });
    }),
  );
}

/** From -1 to 1, mostly in the middle. */
const noise = (random: Random): number => random.next() + random.next() - 1;

function metricsOf(factor: number): RunRecord['metrics'] {
  return Object.fromEntries(
    Object.entries(metricTable)
      // It would have to follow from two others.
      .filter(([name]) => name !== 'achieved_ratio')
      .map(([name, { kind, unit }]) => [
        name,
        kind === 'histogram' ? histogram(10 * factor, 40_000) : number(20 * factor, unit),
      ]),
  );
}
