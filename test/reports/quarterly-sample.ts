/** A quarterly report with something in every section: the seed report as records, what came later, and a history before it. */
import { type Occasion, reportOf } from '../../bin/quarterly/report-of.ts';
import type { Quarterly } from '../../reports/quarterly/document.ts';
import type { QuarterlyHistory } from '../../reports/quarterly/options.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { trendOf } from '../../reports/trend/find-trend.ts';
import { number, sampleRecord, sampleResult } from './sample-record.ts';
import { seedAsRecords } from './seed-as-records.ts';

/** A fault that was in force and is gone. */
export const healed = {
  fault: 'kill',
  on: 'bus.server',
  options: {},
  injectedAtMs: 1,
  confirmedAtMs: 2,
  healedAtMs: 3,
  verifiedAtMs: 4,
};

const values = [10, 10.2, 9.9, 10.1, 10, 9.8, 20.1, 20.2, 19.9, 20, 20.1, 19.8];

const trend = trendOf(
  {
    cell: 'stress on memory',
    machine: 'abc',
    configuration: 'def',
    points: values.map((value, at) => ({
      savedAt: `2024-12-${String(at + 1).padStart(2, '0')}T00:00:00.000Z`,
      commit: `commit${at}`,
      value,
    })),
  },
  { unit: 'ms', better: 'lower' },
);

/** The quarter before, played on the machine of the samples: half the events cost as much. */
function earlier(): ResultSet {
  const [first] = seedAsRecords() as readonly [ResultSet];
  const records = first.records.map((record) =>
    record === null
      ? null
      : { ...record, metrics: { ...record.metrics, cpu_s_per_million_events: number(200, 's') } },
  );
  return { ...first, directory: 'results/before', records };
}

export const history: QuarterlyHistory = {
  baseline: 'quarterly',
  previous: { savedAt: '2024-12-30T00:00:00.000Z', quarter: '2024-Q4', result: earlier() },
  trends: [
    {
      metric: 'spawn_ms',
      phase: null,
      aggregator: 'avg',
      unit: 'ms',
      baseline: 'quarterly',
      series: [trend],
      breaks: [],
      leftOut: 1,
    },
  ],
};

/** Played twice more: it leaks nowhere, and one cell left no record. */
function later(): ResultSet {
  const soaked = sampleRecord({
    scenario: 'soak',
    startedAt: '2025-03-01T09:00:00.000Z',
    metrics: { availability_pct: number(99.95, '%'), heap_slope: number(1.5, 'B/op') },
    rules: [],
    histograms: {},
    checks: [{ check: 'no-leak', verdict: 'PASS', detail: 'heap 1.5 B/op [1.2, 1.8]', evidence: [] }],
  });
  const recovered = sampleRecord({
    scenario: 'drill-redis-kill',
    stack: 'redis',
    metrics: { heal_recovery_ms: number(6000, 'ms'), rpo_events: number(0), errors: number(12) },
    rules: [],
    histograms: {},
    faults: [healed],
  });
  const gone = {
    scenario: 'baseline',
    stack: 'redis',
    verdict: 'INCONCLUSIVE',
    reason: 'its process died',
  } as const;
  const result = sampleResult([soaked, recovered, gone]);
  return {
    ...result,
    directory: 'results/later',
    index: { ...result.index, startedAt: '2025-03-01T09:00:00.000Z' },
  };
}

export const occasion: Occasion = { quarter: '2025-Q1', from: '--from results/seed-1', history };

export const sampleQuarterly = (): Quarterly => reportOf([later(), ...seedAsRecords()], occasion);
