/** Records for tests of reports. Nobody measured these numbers: they are chosen so that results are easy to foresee. */
import { judge, measuredMsOf } from '../../reports/judge.ts';
import type { HistogramMetric, Metric, ResultIndex, RunRecord, Verdict } from '../../reports/record.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import type { Bound, Threshold } from '../../reports/threshold.ts';
import { verdictOf, worst } from '../../reports/verdict.ts';
import { recordPathOf } from '../../reports/write-result.ts';

/** `avg < 500`, `p(99) < 50`, `value >= 95`: a bound whose limit is in the metric's own unit. */
export function bound(text: string): Bound {
  const match = /^(avg|min|max|p|count|value|rate)(?:\(([\d.]+)\))? (<|<=|>|>=|==) (\S+)$/.exec(text);
  if (match === null) throw new Error(`no bound: ${text}`);
  const [, aggregator, percentile, operator, limit] = match;
  return {
    aggregator: aggregator as Bound['aggregator'],
    percentile: percentile === undefined ? null : Number(percentile),
    operator: operator as Bound['operator'],
    limit: Number(limit),
    overMs: null,
    text,
  };
}

export function rule(metric: string, pass: readonly string[], healthy: readonly string[] = []): Threshold {
  const [, name = metric, phase = null] = /^(.+)\{phase:(.+)\}$/.exec(metric) ?? [];
  return { metric: name, phase, pass: pass.map(bound), healthy: healthy.map(bound), abort: [] };
}

export const number = (value: number, unit = 'count'): Metric => ({ unit, value });

/** A histogram of `count` samples around `avg`, with the percentiles that so many samples allow. */
export function histogram(avg: number, count = 1000): HistogramMetric {
  return {
    unit: 'ms',
    count,
    avg,
    min: avg / 10,
    p50: avg * 0.9,
    ...(count >= 30 ? { p90: avg * 1.5 } : {}),
    ...(count >= 60 ? { p95: avg * 2 } : {}),
    ...(count >= 300 ? { p99: avg * 3 } : {}),
    ...(count >= 10_000 ? { p999: avg * 4 } : {}),
    max: avg * 5,
  };
}

const workload = { agents: 100, subscribers: { count: 10, late: 0 }, eventsPerS: 1000 };

/** A complete record that passes. `given` replaces parts of it; thresholds and the verdict follow from the parts. */
export function sampleRecord(given: Partial<RunRecord> = {}): RunRecord {
  const parts: Omit<RunRecord, 'thresholds' | 'verdict'> = {
    schemaVersion: 1,
    scenario: 'stress',
    description: '100 agents, where the seed report saw the breaking point',
    stack: 'memory',
    iteration: 1,
    seed: 1,
    startedAt: '2026-11-24T09:12:07.250Z',
    durationMs: 6100,
    interrupted: false,
    environment: { node: '24.21.0', cores: 2, cpu: 'Example CPU', memoryMb: 8000, fingerprint: 'abc' },
    generator: { model: 'open, poisson', cpuPct: 12 },
    workload,
    durability: 'none',
    traits: { bus: { order: 'key' }, storage: { crossProcess: false } },
    phases: [
      { name: 'warmup', fromMs: -1000, toMs: 0, warmup: true },
      { name: 'steady', fromMs: 0, toMs: 4000, warmup: false },
    ],
    faults: [],
    metrics: {
      spawn_ms: histogram(80, 120),
      event_delivery_ms: histogram(0.31, 40_000),
      events_per_s: number(1001, '1/s'),
      offered_per_s: number(1002, '1/s'),
      delivery_rate_pct: number(100, '%'),
      errors: number(0),
    },
    parameters: {},
    series: { deliveries_per_s: { unit: '1/s', windowMs: 100, values: [9000, null, 11_000] } },
    histograms: {
      spawn_ms: {
        unit: 'ms',
        buckets: [
          [8, 8.1, 60],
          [400, 401, 60],
        ],
        count: 120,
        sum: 9600,
        min: 8,
        max: 400,
      },
    },
    rules: [
      rule('spawn_ms', ['avg < 500'], ['avg < 200']),
      rule('event_delivery_ms', ['avg < 50']),
      rule('events_per_s', ['value >= 300']),
      rule('delivery_rate_pct', ['value >= 90']),
    ],
    checks: [
      { check: 'no-lost-acked', verdict: 'PASS', detail: '40000 deliveries, none lost', evidence: [] },
      { check: 'no-phantom', verdict: 'PASS', detail: 'nothing delivered that was not sent', evidence: [] },
    ],
    findings: [],
    files: ['control.ndjson'],
    ...given,
  };
  const { rules, metrics, phases, histograms } = parts;
  const context = { measuredMs: measuredMsOf(parts), phases, histograms };
  const thresholds = given.thresholds ?? judge(rules, metrics, context);
  return { ...parts, thresholds, verdict: given.verdict ?? verdictOf({ ...parts, thresholds }) };
}

/** A record's part in one result, or a cell that left none. */
export type SampleCell =
  | RunRecord
  | { readonly stack: string; readonly verdict: Verdict; readonly reason: string };

/** A result of these cells, in this order. */
export function sampleResult(cells: readonly SampleCell[]): ResultSet {
  const records = cells.map((cell) => ('schemaVersion' in cell ? cell : null));
  return { directory: 'results/2026-11-24T09-12-07-stress', index: sampleIndex(cells), records, doubts: [] };
}

export function sampleIndex(cells: readonly SampleCell[]): ResultIndex {
  return {
    schemaVersion: 1,
    testbed: '0.1.0',
    command: 'testbed run stress',
    seed: 1,
    startedAt: '2026-11-24T09:12:07.250Z',
    verdict: worst(cells.map(({ verdict }) => verdict)),
    cells: cells.map((cell) =>
      'schemaVersion' in cell
        ? {
            scenario: cell.scenario,
            stack: cell.stack,
            iteration: cell.iteration,
            seed: cell.seed,
            ...(Object.keys(cell.parameters).length > 0 && { parameters: cell.parameters }),
            verdict: cell.verdict,
            record: recordPathOf(cell),
          }
        : { scenario: 'stress', iteration: 1, seed: 1, record: null, ...cell },
    ),
  };
}
