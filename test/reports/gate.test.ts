/** Gates over records: what is paired, what cannot pass, and what is said of it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gateText } from '../../reports/formats/gate-text.ts';
import { formats } from '../../reports/formats/table-of-formats.ts';
import { type GateDesign, judgeGate } from '../../reports/gate/judge-gate.ts';
import type { GateRound } from '../../reports/gate/rounds.ts';
import { type GateRule, usualMargins, usualRules } from '../../reports/gate/rule.ts';
import type { GatePlan, ResultIndex, RunRecord } from '../../reports/record.ts';
import { playShortCell } from '../doubles/short-cell.ts';
import { slowerPublish } from '../doubles/slower-publish.ts';
import { comparison, type Metrics, round } from './compare-rounds.ts';
import { histogram, number } from './sample-record.ts';

const rule = (metric: 'publish_ms' | 'events_per_s' | 'spawn_ms', aggregator: string): GateRule => ({
  metric,
  phase: null,
  aggregator,
  margins: usualMargins(metric),
});
const publish = rule('publish_ms', 'avg');
const throughput = rule('events_per_s', 'value');
const design = (...rules: readonly GateRule[]): GateDesign => ({ rules, named: true, alpha: 0.01 });

const plain: Metrics = { publish_ms: histogram(100), events_per_s: number(1000, '1/s') };
type Change = (metrics: Metrics, at: number) => Partial<RunRecord> | null;
const same: Change = (metrics) => ({ metrics });
/** Rounds of both sides, alike but for what is changed; null is a side that left no record. */
function played(count: number, changeHead: Change = same, changeBase: Change = same): GateRound[] {
  const side = (stack: string, at: number, change: Change): RunRecord | null => {
    const given = change(plain, at);
    return given === null ? null : round(stack, at + 1, given.metrics ?? plain, given);
  };
  return Array.from({ length: count }, (_, at) => ({
    base: side('base', at, changeBase),
    head: side('head', at, changeHead),
  }));
}
const gateOf = (rounds: readonly GateRound[], ...rules: readonly GateRule[]) =>
  judgeGate([{ title: 'cell', rounds }], design(...rules));
const slower =
  (factor: number): Change =>
  (metrics) => ({
    metrics: { ...metrics, publish_ms: histogram(100 * factor), events_per_s: number(1000 / factor, '1/s') },
  });

const table: readonly (readonly [what: string, factor: number, verdict: string])[] = [
  ['the same', 1, 'PASS'],
  ['faster', 0.5, 'PASS'],
  ['2 % slower', 1.02, 'PASS'],
  ['5 % slower', 1.05, 'DEGRADED'],
  ['20 % slower', 1.2, 'FAIL'],
];
for (const [what, factor, verdict] of table) {
  test(`${what}: ${verdict}, of times and of rates`, () => {
    const { rows, verdict: whole, settled } = gateOf(played(12, slower(factor)), publish, throughput);
    assert.equal(
      rows.map((row) => row.verdict),
      [verdict, verdict],
    );
    assert.equal([whole, settled], [verdict, true]);
    near(rows[0]?.ratio, factor);
    near(rows[1]?.ratio, 1 / factor);
    assert.equal(
      rows.map(({ rounds }) => rounds),
      [12, 12],
    );
  });
}

test('the sides swapped turn the answer over', () => {
  const [there] = gateOf(played(12, slower(1.2)), publish).rows;
  const [back] = gateOf(played(12, same, slower(1.2)), publish).rows;
  assert.equal([there?.verdict, back?.verdict], ['FAIL', 'PASS']);
  near(back?.ratio, 1 / (there?.ratio ?? 0));
});

test('what is less than the floor is no matter, however large a share it is', () => {
  const small =
    (ms: number): Change =>
    (metrics) => ({ metrics: { ...metrics, publish_ms: histogram(ms) } });
  const verdictAt = (base: number, head: number): string =>
    gateOf(played(12, small(head), small(base)), publish).verdict;
  assert.is(verdictAt(0.5, 1.4), 'PASS');
  assert.is(verdictAt(0.5, 1.6), 'FAIL');
  assert.is(verdictAt(20, 20.9), 'PASS', '4.5 % of 20 ms are less than 1 ms');
});

const controls: readonly (readonly [
  what: string,
  rounds: readonly GateRound[],
  verdict: string,
  says: RegExp,
])[] = [
  ['too few rounds', played(6, slower(2)), 'INCONCLUSIVE', /not enough rounds: 6, at least 7 are needed/],
  ['no round', [], 'INCONCLUSIVE', /not enough rounds: 0/],
  [
    'a metric that head lacks',
    played(12, () => ({ metrics: {} })),
    'INCONCLUSIVE',
    /not measured in 12 of 12 rounds of head/,
  ],
  [
    'one that it lacks once',
    played(12, (metrics, at) => ({ metrics: at === 3 ? {} : metrics })),
    'INCONCLUSIVE',
    /not measured in 1 of 12 rounds of head/,
  ],
  [
    'an empty histogram',
    played(12, () => ({ metrics: { publish_ms: histogram(100, 0) } })),
    'INCONCLUSIVE',
    /not measured in 12 of 12/,
  ],
  [
    'a time of nothing',
    played(12, () => ({ metrics: { publish_ms: histogram(0) } })),
    'INCONCLUSIVE',
    /not above 0 has no ratio/,
  ],
  [
    'a side that crashed once',
    played(12, (metrics, at) => (at === 5 ? null : { metrics })),
    'INCONCLUSIVE',
    /head left no record in 1 of 12 rounds/,
  ],
  [
    'a side that was interrupted',
    played(12, () => ({ interrupted: true })),
    'INCONCLUSIVE',
    /12 of 12 rounds set aside/,
  ],
  [
    'a check that head alone breaks',
    played(12, (metrics, at) => ({
      metrics,
      checks: [{ check: 'no-lost-acked', verdict: at === 1 ? 'FAIL' : 'PASS', detail: '', evidence: [] }],
    })),
    'FAIL',
    /no-lost-acked does not hold in 1 rounds of head and 0 of base/,
  ],
];
for (const [what, rounds, verdict, says] of controls) {
  test(`${what}: ${verdict}`, () => {
    const report = gateOf(rounds, publish);
    assert.is(report.verdict, verdict);
    assert.match(gateText(report, []), says);
  });
}

test('a few doubtful rounds are set aside and told, many are too many', () => {
  const doubtful =
    (many: number): Change =>
    (metrics, at) => ({
      metrics: at < many ? { ...metrics, publish_ms: histogram(900) } : metrics,
      findings: at < many ? [{ verdict: 'INCONCLUSIVE', about: 'generator too slow', detail: 'late' }] : [],
    });
  const few = gateOf(played(12, doubtful(3)), publish);
  assert.equal([few.verdict, few.rows[0]?.rounds], ['PASS', 9]);
  assert.match(gateText(few, []), /NOTE 3 of 12 rounds set aside/);
  assert.is(gateOf(played(12, doubtful(4)), publish).verdict, 'INCONCLUSIVE');
});

test('of the usual numbers those that no round has are left out; of nothing follows nothing', () => {
  const usual = (metrics: Metrics): ReturnType<typeof judgeGate> =>
    judgeGate(
      [
        {
          title: 'cell',
          rounds: played(
            12,
            () => ({ metrics }),
            () => ({ metrics }),
          ),
        },
      ],
      { rules: usualRules, named: false, alpha: 0.01 },
    );
  assert.equal(
    usual(plain).rows.map(({ metric }) => metric),
    ['publish_ms', 'events_per_s'],
  );
  assert.equal([usual({}).verdict, usual({}).settled], ['INCONCLUSIVE', false]);
  assert.match(gateText(usual({}), []), /nothing was measured on both sides that could be judged/);
});

test('what nobody judges and is worse all the same is told, and decides nothing', () => {
  const heavier =
    (factor: number): Change =>
    (metrics, at) => ({
      metrics: {
        ...metrics,
        cpu_s_per_million_events: number((50 + (at % 3)) * factor, 's'),
        heap_mb: number(100 + (at % 5), 'MB'),
      },
    });
  const notesOf = (factor: number): readonly string[] => {
    const { verdict, findings } = gateOf(played(12, heavier(factor), heavier(1)), publish);
    assert.is(verdict, 'PASS');
    return findings.map((finding) => `${finding.verdict} ${finding.detail}`);
  };
  assert.equal(notesOf(1.5), [
    'NOTE cpu_s_per_million_events value is x1.500 of base, beyond 3 %; it is none of the numbers that are judged',
  ]);
  assert.equal(notesOf(1.02), []);
  assert.equal(notesOf(0.5), []);
});

test('what is printed: both sides, ratio, interval, rounds, what could be found, margins', () => {
  const jitter: Change = (metrics, at) => ({ metrics: { ...metrics, publish_ms: histogram(150 + at / 10) } });
  const text = gateText(gateOf(played(12, jitter), publish), ['head against base']);
  assert.match(
    text,
    /^head against base\n\ncell\nmetric +base +head +ratio +interval +n +finds +margins +verdict\n/,
  );
  assert.match(
    text,
    /^publish_ms {2}avg {2}100 +151 +x1\.50\d +x1\.50\d\.\.x1\.50\d +12 +x1\.03\d +10%\/3%, 1 ms +FAIL$/m,
  );
  assert.match(text, /^gate: FAIL$/m);
});

/** Really measured, in virtual time: what the doubles do is exactly what is told. */
const workload = { eventsPerS: 300, messagesPerS: 0, chain: null };
const measure = (addedMs: number): Promise<RunRecord> =>
  playShortCell({ workload, bus: slowerPublish(addedMs) });
const [one, again, three] = [await measure(1), await measure(1), await measure(3)];
const repeated = (base: RunRecord, head: RunRecord): GateRound[] =>
  Array.from({ length: 12 }, () => ({ base, head }));

test('a bus that is 2 ms slower per publish is caught', () => {
  const report = judgeGate([{ title: 'short', rounds: repeated(one, three) }], {
    rules: usualRules,
    named: false,
    alpha: 0.01 / 3,
  });
  const row = report.rows.find(({ metric }) => metric === 'publish_ms');
  assert.equal([report.verdict, row?.verdict, report.settled], ['FAIL', 'FAIL', true], gateText(report, []));
  assert.ok(Math.abs((row?.ratio ?? 0) - 3) < 0.003, `${row?.ratio}`);
});

test('the same code on both sides passes, all of it', () => {
  const report = judgeGate([{ title: 'short', rounds: repeated(one, again) }], {
    rules: usualRules,
    named: false,
    alpha: 0.01 / 3,
  });
  assert.ok(report.rows.length >= 4);
  assert.equal(new Set(report.rows.map(({ verdict, ratio }) => `${verdict} ${ratio}`)), new Set(['PASS 1']));
  assert.equal([report.verdict, report.settled], ['PASS', true]);
});

test('with ten rounds, one less than three looks at five numbers take, neither is decided', () => {
  for (const head of [again, three]) {
    const rounds = repeated(one, head).slice(0, 10);
    const { verdict, settled, rows } = judgeGate([{ title: 'short', rounds }], {
      rules: usualRules,
      named: false,
      alpha: 0.01 / 3,
    });
    assert.equal([verdict, settled, rows.length], ['INCONCLUSIVE', false, 5]);
    assert.match(rows[0]?.reason ?? '', /not enough rounds: 10, at least 11 are needed/);
  }
});

test('a result of a gate says its answer in every format, whatever its cells came to', () => {
  const records = played(12, slower(1.2)).flatMap(({ base, head }) => [base as RunRecord, head as RunRecord]);
  const result = comparison(records, 'base');
  const gate: GatePlan = {
    base: 'stack:a',
    head: 'stack:b',
    looks: [12],
    alpha: 0.01,
    named: true,
    rules: [publish],
  };
  const ofGate = { ...result, index: { ...result.index, kind: 'gate', gate } as ResultIndex };
  assert.match(
    formats.gate(ofGate, {}),
    /^stack:b \(head\) against stack:a \(base\), 12 rounds.*\n\ngate: FAIL$/ms,
  );
  assert.match(formats.markdown(ofGate, {}), /^# Testbed gate\n\n```text\nstack:b .*gate: FAIL\n```$/ms);
  assert.is(JSON.parse(formats.json(ofGate, {})).answer.verdict, 'FAIL');
  assert.match(formats.table(ofGate, {}), /\nFAIL, exit 1: at least one FAIL$/m);
  assert.match(formats.gate(result, {}), /is not of a gate/);
});

function near(value: number | null | undefined, expected: number): void {
  assert.ok(Math.abs((value ?? Number.NaN) / expected - 1) < 1e-9, `${value}, not ${expected}`);
}

test.run();
