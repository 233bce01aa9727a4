/** The numbers of the seed report as records: what its tables would have been made from, had they been measured. */
import { loadSeed } from '../../config/seed.ts';
import { metricTable } from '../../reports/metric-table.ts';
import type { Metric, RunRecord, ThresholdResult } from '../../reports/record.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { answerSearch } from '../../reports/search/of-result.ts';
import { judgeSeedRow } from '../../reports/seed.ts';
import { worst } from '../../reports/verdict.ts';
import { histogram, number, rule, sampleIndex, sampleRecord } from './sample-record.ts';

const loadSeedRows = loadSeed().scenarios;
const setup = {
  events: { delivery: 'sync', logLimit: null },
  messages: { subscriptionLimit: 1000 },
};
const growthPerMinute: { readonly [agents: number]: number } = { 10: 5, 50: 25, 100: 50 };

/** A range is two runs, one at each end, both judged by the range: that is how the shipped rule reads it. */
function loadTests(): readonly RunRecord[] {
  return loadSeedRows.flatMap(({ scenario, agents, rows }) => {
    const isRange = rows.some(({ value }) => typeof value !== 'number');
    return (isRange ? [0, 1] : [0]).map((run) => {
      const metrics: { [name: string]: Metric } = {};
      const thresholds = rows.map((row): ThresholdResult => {
        const observed = typeof row.value === 'number' ? row.value : (row.value[run] as number);
        metrics[row.metric] =
          row.aggregator === 'avg' ? histogram(observed) : number(observed, metricTable[row.metric].unit);
        const { metric, aggregator, pass } = row;
        const verdict = judgeSeedRow(row);
        const about = { metric, phase: null, aggregator, rule: pass.text };
        return { ...about, healthy: row.healthy?.text ?? null, observed, verdict, reason: null };
      });
      const growth = growthPerMinute[agents];
      if (growth !== undefined) metrics['memory_growth_mb_per_min'] = number(growth, 'MB/min');
      return sampleRecord({
        scenario,
        iteration: run + 1,
        workload: { agents, ...setup },
        metrics,
        histograms: {},
        checks: [],
        rules: rows.map(({ metric, pass, healthy }) => ({
          metric,
          phase: null,
          pass: [pass],
          healthy: healthy === null ? [] : [healthy],
          abort: [],
        })),
        thresholds,
        verdict: worst(thresholds.map((one) => one.verdict)),
      });
    });
  });
}

/** A cell of a matrix: its parameters are what sets it apart. */
function matrixCell(
  scenario: string,
  parameters: RunRecord['parameters'],
  given: Partial<RunRecord>,
): RunRecord {
  return sampleRecord({
    scenario,
    parameters,
    histograms: {},
    rules: [],
    checks: [],
    verdict: 'PASS',
    ...given,
  });
}

/** Cells that differ in each of four parts; what each part weighs is what its pairs differ by. */
function components(): readonly RunRecord[] {
  const both = [false, true];
  return [10, 50, 100].flatMap((agents) =>
    both.flatMap((stored) =>
      both.flatMap((cached) =>
        both.flatMap((full) =>
          both.map((alone) => {
            const kb = 3 + (stored ? 2 : 0) + (cached ? 5 : 0) + (full ? 1 : 0) + (alone ? 1 : 0);
            const parameters = {
              agents,
              'swarms.size': alone ? 1 : 10,
              mailbox: full ? 'full' : 'commands',
              'orchestrator.cacheSize': cached ? 10_000 : 0,
            };
            return matrixCell('memory-components', parameters, {
              stack: stored ? 'memory' : 'memory+sqlite',
              workload: { agents },
              metrics: { memory_agents_kb: number(kb * agents, 'kB') },
            });
          }),
        ),
      ),
    ),
  );
}

/** Half a kB an event in the log, at a thousand events. */
function keptEvents(): readonly RunRecord[] {
  return [0, 100_000].flatMap((logLimit) =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((batch) =>
      matrixCell(
        'memory-events',
        { batch, 'eventBus.logLimit': logLimit, 'options.bus.windowMessages': 0 },
        {
          workload: { eventsPerS: 1000 },
          metrics: { memory_growth_mb: number(1 + batch / 100 + (logLimit > 0 ? 0.5 : 0), 'MB') },
        },
      ),
    ),
  );
}

/** How writers fare: all is well; late; some fail; many fail. */
function writers(): readonly RunRecord[] {
  const fares = [
    [1, 'PASS', 0, 100],
    [5, 'PASS', 0, 100],
    [10, 'DEGRADED', 0, 100],
    [20, 'FAIL', 3, 99.5],
    [50, 'FAIL', 90, 85],
  ] as const;
  return fares.map(([count, verdict, errors, availability]) =>
    matrixCell(
      'storage-writers',
      { writers: count },
      {
        workload: { writers: count },
        verdict,
        metrics: {
          transitions_per_s: number(100 * count, '1/s'),
          errors: number(errors),
          availability_pct: number(availability, '%'),
        },
      },
    ),
  );
}

function webSockets(): readonly RunRecord[] {
  return [10, 50, 100].map((count) =>
    matrixCell(
      'websocket-capacity',
      { 'connections.count': count },
      {
        workload: { agents: count, connections: { count } },
        metrics: { connections_open: number(count), errors: number(count === 100 ? 2 : 0) },
      },
    ),
  );
}

const fault = {
  fault: 'any',
  on: 'bus.server',
  options: {},
  injectedAtMs: 1000,
  confirmedAtMs: 1001,
  healedAtMs: null,
  verifiedAtMs: null,
};

/** So many runs, of which some did the harm. */
function drill(
  scenario: string,
  runs: number,
  harmed: number,
  harm: Partial<RunRecord>,
): readonly RunRecord[] {
  return Array.from({ length: runs }, (_, at) =>
    sampleRecord({
      scenario,
      iteration: at + 1,
      histograms: {},
      metrics: { errors: number(0) },
      rules: [],
      checks: [],
      faults: [fault],
      verdict: 'PASS',
      ...(at < harmed ? harm : {}),
    }),
  );
}

const leak = (verdict: 'PASS' | 'FAIL') => ({ check: 'no-leak', verdict, detail: 'so and so', evidence: [] });

function risks(): readonly RunRecord[] {
  return [
    ...drill('drill-memory-pressure', 4, 4, { metrics: { rpo_events: number(7) } }),
    ...drill('drill-deadlock', 4, 1, { metrics: { errors: number(3) } }),
    ...drill('drill-bus-saturation', 4, 4, { metrics: { errors: number(3) } }),
    ...drill('soak', 12, 12, { faults: [] }).map((record, at) => ({
      ...record,
      checks: [leak(at === 0 ? 'FAIL' : 'PASS')],
    })),
  ];
}

/** A probe that held or broke, with what was measured at it. */
function probe(
  scenario: string,
  vary: 'agents' | 'events',
  value: string,
  held: boolean,
  metrics: RunRecord['metrics'],
): RunRecord {
  return sampleRecord({
    scenario,
    parameters: { [vary]: value },
    workload: {},
    histograms: {},
    checks: [],
    metrics: { ...metrics, errors: number(held ? 0 : 4) },
    rules: [rule('errors', ['value <= 0'])],
  });
}

function limitProbes(breaksAt: number, memoryKb: number): readonly RunRecord[] {
  const agents = (value: string, held: boolean, metrics: RunRecord['metrics']) =>
    probe('limit-agents', 'agents', value, held, metrics);
  const events = (value: string, held: boolean, metrics: RunRecord['metrics']) =>
    probe('limit-events', 'events', value, held, metrics);
  return [
    agents('20', true, { spawn_ms: histogram(200), memory_per_agent_kb: number(memoryKb, 'kB') }),
    agents(`${breaksAt}`, false, { spawn_ms: histogram(500) }),
    events('100/s', true, { event_delivery_ms: histogram(20) }),
    events('200/s', false, { event_delivery_ms: histogram(50) }),
  ];
}

function resultOf(directory: string, startedAt: string, records: readonly RunRecord[]): ResultSet {
  const index = { ...sampleIndex(records), startedAt };
  const plan = { within: 1, confidence: 0.5, probes: 4 };
  const asked = [
    { scenario: 'limit-agents', stack: 'memory', vary: 'agents', from: 10, to: 100, ...plan },
    { scenario: 'limit-events', stack: 'memory', vary: 'events', from: 10, to: 1000, ...plan },
  ] as const;
  const searches = asked.map((one) => ({ ...one, answer: answerSearch(one, index.cells, records) }));
  return { directory, index: { ...index, searches }, records, doubts: [] };
}

/** Two results, because of its limits it states two: it breaks at 30 or at 40 agents, of 5 or of 10 MB each. */
export function seedAsRecords(): readonly ResultSet[] {
  const saturated = matrixCell(
    'event-saturation',
    { subscribers: 10 },
    { metrics: { events_per_s: number(200, '1/s') } },
  );
  const all = [
    ...loadTests(),
    ...components(),
    ...keptEvents(),
    ...writers(),
    ...webSockets(),
    ...risks(),
    saturated,
  ];
  return [
    resultOf('results/seed-1', '2025-02-03T09:00:00.000Z', [...all, ...limitProbes(30, 5000)]),
    resultOf('results/seed-2', '2025-02-03T10:00:00.000Z', limitProbes(40, 10_000)),
  ];
}
