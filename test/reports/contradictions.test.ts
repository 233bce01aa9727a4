/** Records that were changed by hand: each kind of contradiction is refused, with where it stands and what contradicts what. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRecord } from '../../reports/read-result.ts';
import type { CheckResult, RunRecord } from '../../reports/record.ts';
import { RecordError } from '../../reports/record-error.ts';
import { histogram, number, sampleRecord } from './sample-record.ts';

const metrics: RunRecord['metrics'] = {
  ...sampleRecord().metrics,
  offered_per_s: number(1001, '1/s'),
  achieved_ratio: number(1, 'ratio'),
  availability_pct: number(100, '%'),
  lost_acked: number(0),
  rpo_events: number(0),
  duplicates: number(0),
  reordered: number(0),
  phantom: number(0),
  late_sends: number(0),
};
const passed = (check: string): CheckResult => ({ check, verdict: 'PASS', detail: 'it holds', evidence: [] });
const asked = ['no-lost-acked', 'no-phantom', 'at-least-once', 'exactly-once-effect', 'order-per-key'];
const checks = asked.map(passed);
const record = sampleRecord({
  metrics,
  asked,
  checks,
  generator: { model: 'open, poisson', lateSends: 0 },
});

const measured = (changes: RunRecord['metrics']): Partial<RunRecord> => ({
  metrics: { ...metrics, ...changes },
});
/** What was lost shows in the delivery rate too; a forger who knows that changes both. */
const lossy = { lost_acked: number(5), rpo_events: number(5), delivery_rate_pct: number(99, '%') };
const without = (...names: readonly string[]): Partial<RunRecord> => ({
  ...measured(lossy),
  checks: checks.filter(({ check }) => !names.includes(check)),
  asked: asked.filter((check) => !names.includes(check)),
});
const atThreshold = (at: number, change: Partial<RunRecord['thresholds'][number]>): Partial<RunRecord> => ({
  thresholds: record.thresholds.map((result, index) => (index === at ? { ...result, ...change } : result)),
});

type Row = readonly [what: string, change: Partial<RunRecord>, at: string, message: RegExp];
const rows: readonly Row[] = [
  [
    'losses beside everything delivered',
    measured({ lost_acked: number(5), rpo_events: number(5) }),
    'metrics.lost_acked.value',
    /is 5, and all that was owed was delivered/,
  ],
  [
    'losses beside a check that passed',
    measured(lossy),
    'checks[0].verdict',
    /is PASS, and metrics.lost_acked is 5/,
  ],
  [
    'losses beside at-least-once',
    without('no-lost-acked'),
    'checks[1].verdict',
    /is PASS, and metrics.lost_acked is 5/,
  ],
  [
    'losses beside exactly-once-effect',
    without('no-lost-acked', 'at-least-once'),
    'checks[1].verdict',
    /is PASS, and metrics.lost_acked is 5/,
  ],
  [
    'repetitions beside exactly-once-effect',
    measured({ duplicates: number(2) }),
    'checks[3].verdict',
    /is PASS, and metrics.duplicates is 2/,
  ],
  [
    'order broken beside order-per-key',
    measured({ reordered: number(1) }),
    'checks[4].verdict',
    /is PASS, and metrics.reordered is 1/,
  ],
  [
    'phantoms beside no-phantom',
    measured({ phantom: number(1) }),
    'checks[1].verdict',
    /is PASS, and metrics.phantom is 1/,
  ],
  [
    'a loss that the recovery does not know of',
    measured({ rpo_events: number(3) }),
    'metrics.rpo_events.value',
    /is 3, and lost_acked is 0/,
  ],
  [
    'late sends that the generator does not know of',
    { ...measured({ late_sends: number(7), availability_pct: number(99, '%') }) },
    'metrics.late_sends.value',
    /is 7, generator.lateSends is 0/,
  ],
  [
    'late sends of the generator that no metric knows of',
    { generator: { ...record.generator, lateSends: 9 } },
    'metrics.late_sends.value',
    /is 0, generator.lateSends is 9/,
  ],
  [
    'errors beside full availability',
    measured({ errors: number(4) }),
    'metrics.availability_pct.value',
    /is 100, and errors is 4/,
  ],
  [
    'a share of more than all',
    measured({ delivery_rate_pct: number(101, '%') }),
    'metrics.delivery_rate_pct.value',
    /is 101, and a share of all is 0 to 100 %/,
  ],
  [
    'a ratio that its rates do not give',
    measured({ achieved_ratio: number(0.5, 'ratio') }),
    'metrics.achieved_ratio.value',
    /is 0.5, and of 1001 events offered a second 1001 came/,
  ],
  ['checks taken away', { checks: [] }, 'checks', /asked for were no-lost-acked, .*; there are none/],
  ['one check taken away', { checks: checks.slice(1) }, 'checks', /there are no-phantom, at-least-once/],
  [
    'a check that found something, taken away',
    { asked: ['no-phantom'], checks: [passed('no-phantom')], files: ['checks/no-lost-acked.ndjson'] },
    'files[0]',
    /no check no-lost-acked that could have written it/,
  ],
  [
    'a check that passed with evidence against it',
    { checks: [...checks.slice(0, 4), { ...passed('order-per-key'), evidence: ['3 came after 4'] }] },
    'checks[4].verdict',
    /is PASS, and there is evidence against it/,
  ],
  [
    'percentiles out of order',
    { histograms: {}, ...measured({ spawn_ms: { ...histogram(80, 120), p50: 1000 } }) },
    'metrics.spawn_ms',
    /ascending order/,
  ],
  [
    'a histogram that is not its metric',
    measured({ spawn_ms: histogram(40, 120) }),
    'histograms.spawn_ms',
    /average is 80, the metric says 40/,
  ],
  [
    'a phase that ends before it begins',
    { phases: [{ name: 'steady', fromMs: 9, toMs: 3, warmup: false }] },
    'phases[0]',
    /ends before it begins/,
  ],
  [
    'a metric made worse than its threshold',
    { histograms: {}, ...measured({ spawn_ms: histogram(600, 120) }), thresholds: record.thresholds },
    'thresholds[0]',
    /spawn_ms avg < 500 is listed as PASS \(80\), judged again .* is FAIL \(600\)/,
  ],
  [
    'a metric made better than its threshold knows',
    {
      ...measured({ events_per_s: number(5000, '1/s'), offered_per_s: number(5000, '1/s') }),
      thresholds: record.thresholds,
    },
    'thresholds[2]',
    /listed as PASS \(1001\), judged again .* is PASS \(5000\)/,
  ],
  [
    'a metric taken away',
    { metrics: { errors: number(0) }, thresholds: record.thresholds },
    'thresholds[0]',
    /is INCONCLUSIVE \(not measured\)/,
  ],
  [
    'a threshold taken away',
    { thresholds: record.thresholds.slice(1) },
    'thresholds',
    /4 rules give 4 results, there are 3/,
  ],
  [
    'a threshold of another verdict',
    atThreshold(0, { verdict: 'FAIL' }),
    'thresholds[0]',
    /listed as FAIL \(80\)/,
  ],
  [
    'a better verdict than its checks',
    { checks: [{ ...passed('no-lost-acked'), verdict: 'FAIL' }, ...checks.slice(1)], verdict: 'PASS' },
    'verdict',
    /is PASS, its own results make it FAIL/,
  ],
  [
    'a better verdict than its findings',
    { findings: [{ verdict: 'FAIL', about: 'x', detail: 'y' }], verdict: 'PASS' },
    'verdict',
    /is PASS, its own results make it FAIL/,
  ],
  [
    'an interrupted run that passes',
    { interrupted: true, verdict: 'PASS' },
    'verdict',
    /make it INCONCLUSIVE/,
  ],
  [
    'a verdict of nothing',
    { verdict: 'UNSUPPORTED' },
    'verdict',
    /is UNSUPPORTED, its own results make it PASS/,
  ],
  [
    'nothing judged',
    { rules: [], thresholds: [], asked: [], checks: [], verdict: 'PASS' },
    'verdict',
    /make it INCONCLUSIVE/,
  ],
];

const textOf = (given: RunRecord): string => JSON.stringify(given, null, 1);

test('the record that all of them are made from is none', async () => {
  assert.equal(await parseRecord(textOf(record), 'r.json'), record);
  const { asked: _, ...older } = record;
  assert.equal(await parseRecord(textOf(older), 'r.json'), older, 'of an older version');
});

for (const [what, change, at, message] of rows) {
  test(`refused: ${what}`, async () => {
    const { verdict, thresholds, ...rest } = record;
    const changed = sampleRecord({ ...rest, ...change });
    const error = await parseRecord(textOf(changed), 'r.json').then(
      () => assert.unreachable('was not refused'),
      (refusal: unknown) => refusal,
    );
    assert.instance(error, RecordError);
    assert.is((error as RecordError).at, at);
    assert.match((error as RecordError).message, message);
    assert.match((error as RecordError).path, /^r\.json:\d+:\d+$/);
  });
}

test.run();
