import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FaultRecord, RunRecord, Series } from '../../reports/record.ts';
import { recoveryMetrics } from '../../scenarios/measure/recovery.ts';

function fault(confirmedAtMs: number | null, verifiedAtMs: number | null): FaultRecord {
  return {
    fault: 'kill',
    on: 'bus.server',
    options: {},
    injectedAtMs: confirmedAtMs,
    confirmedAtMs,
    healedAtMs: verifiedAtMs,
    verifiedAtMs,
  };
}

/** A letter a window of 100 ms: `g` 10 of 10 acknowledged, `h` half and the rest failed, `b` all failed, `.` nothing due. */
function seriesOf(windows: string): RunRecord['series'] {
  const series = (of: (letter: string) => number) => ({
    unit: '1/s',
    windowMs: 100,
    values: [...windows].map(of),
  });
  const acked: { readonly [letter: string]: number } = { g: 100, h: 50, b: 0, '.': 0 };
  return {
    offered_per_s: series((letter) => (letter === '.' ? 0 : 100)),
    acked_per_s: series((letter) => acked[letter] as number),
    errors_per_s: series((letter) => (letter === '.' ? 0 : 100 - (acked[letter] as number))),
  };
}

function noticesOf(windows: string): Series {
  return { unit: '1/s', windowMs: 100, values: [...windows].map((letter) => (letter === 'n' ? 10 : 0)) };
}

function told(
  windows: string,
  faults: readonly FaultRecord[],
  availabilityPct = 99.5,
  /** An `n` for each window in which the system noticed something. Absent: nobody listened. */
  noticed?: string,
): { [name: string]: number } {
  const source = {
    faults,
    series: { ...seriesOf(windows), ...(noticed !== undefined && { noticed_per_s: noticesOf(noticed) }) },
    rules: [],
    inARow: 3,
    availabilityPct,
    lostAcked: 2,
    lostSpanMs: 340,
  };
  const metrics = Object.entries(recoveryMetrics(source));
  return Object.fromEntries(
    metrics.map(([name, metric]) => [name, 'value' in metric ? metric.value : Number.NaN]),
  );
}

// biome-ignore format: a table
const rows: readonly (readonly [name: string, windows: string, faults: readonly FaultRecord[], expected: { readonly [name: string]: number | undefined }])[] = [
  ['a clean outage', 'gggggbbbbbgggggggggg', [fault(510, 900)],
    { outage_recovery_ms: 490, heal_recovery_ms: 100, degraded_ms: 500, client_detect_ms: 90, dip_area_events: 50, violations_after_recovery: 0, faulted_operations: 40 }],
  ['nothing was felt', 'gggggggggggggggggggg', [fault(510, 900)],
    { outage_recovery_ms: 0, heal_recovery_ms: 0, degraded_ms: 0, client_detect_ms: undefined, dip_area_events: 0, violations_after_recovery: 0 }],
  ['half of it went on', 'ggggghhhhhgggggggggg', [fault(510, 900)], { degraded_ms: 500, dip_area_events: 25 }],
  ['a good window or two are no recovery', 'gggggbbbbbggbggbgggg', [fault(510, 900)], { heal_recovery_ms: 700, degraded_ms: 700 }],
  ['it came back and failed again', 'gggggbbbbbgggggggbbg', [fault(510, 900)], { heal_recovery_ms: 100, violations_after_recovery: 2 }],
  ['no recovery has no number', 'gggggbbbbbbbbbbbbbgg', [fault(510, 900)],
    { outage_recovery_ms: undefined, heal_recovery_ms: undefined, violations_after_recovery: undefined, dip_area_events: undefined, degraded_ms: 1300 }],
  ['quiet windows neither count nor break a row', 'gggggbbbbb.g.g.ggggg', [fault(510, 900)], { heal_recovery_ms: 200 }],
  ['the worst of two', 'ggggbbggggggbbbbgggg', [fault(400, 500), fault(1210, 1500)], { outage_recovery_ms: 390, heal_recovery_ms: 100 }],
  ['recovered while still in force', 'gggggbbggggggggggggg', [fault(510, 1500)], { outage_recovery_ms: 190, heal_recovery_ms: 0 }],
  ['an error is of the fault before it, not of the first', 'ggggggggggggbbgggggg', [fault(400, 500), fault(1210, 1300)], { client_detect_ms: 90 }],
  ['of two that were felt the one that was for longest not', 'gggghgggggggghgggggg', [fault(400, 500), fault(1210, 1300)], { client_detect_ms: 190 }],
  ['one server under two names is one fault', 'gggggbbgggggggggggg', [fault(510, 700), fault(510, 700)], { client_detect_ms: 90 }],
  ['never in force', 'gggggbbbbbgggggggggg', [fault(null, null)], { outage_recovery_ms: undefined, degraded_ms: undefined }],
];

for (const [name, windows, faults, expected] of rows) {
  test(`recovery: ${name}`, () => {
    const metrics = told(windows, faults);
    for (const [metric, value] of Object.entries(expected)) assert.is(metrics[metric], value, metric);
  });
}

// biome-ignore format: a table
const noticing: readonly (readonly [name: string, windows: string, noticed: string, faults: readonly FaultRecord[], expected: { readonly [name: string]: number | undefined }])[] = [
  ['before any caller heard of it', 'gggggggbbggggggggggg', '.....nn.............', [fault(510, 900)], { detect_ms: 90, client_detect_ms: 290 }],
  ['and no caller ever heard of it', 'gggggggggggggggggggg', '......n.............', [fault(510, 900)], { detect_ms: 190, client_detect_ms: undefined }],
  ['at the latest when it says so to a caller', 'gggggbbggggggggggggg', '....................', [fault(510, 900)], { detect_ms: 90, client_detect_ms: 90 }],
  ['not what was noticed before', 'gggggggggggggggggggg', '..n.................', [fault(510, 900)], { detect_ms: undefined }],
  ['of two the one that took longest', 'gggggggggggggggggggg', '.....n.......n......', [fault(510, 900), fault(1110, 1200)], { detect_ms: 290 }],
  ['nothing at all', 'gggggggggggggggggggg', '....................', [fault(510, 900)], { detect_ms: undefined }],
];

for (const [name, windows, noticed, faults, expected] of noticing) {
  test(`the system notices by itself: ${name}`, () => {
    const metrics = told(windows, faults, 99.5, noticed);
    for (const [metric, value] of Object.entries(expected)) assert.is(metrics[metric], value, metric);
  });
}

test('where nobody listens to what the system notices, that is not known', () => {
  assert.is(told('gggggbbggggggggggggg', [fault(510, 900)])['detect_ms'], undefined);
});

test('loss and error budget come from the whole run', () => {
  const metrics = told('gggggbbbbbgggggggggg', [fault(510, 900)], 99.5);
  assert.equal([metrics['rpo_events'], metrics['rpo_ms']], [2, 340]);
  assert.ok(Math.abs((metrics['error_budget_burn'] as number) - 5) < 1e-9);
});

test.run();
