/** What a record says of clients over WebSockets, from what they saw. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ThresholdResult, Verdict } from '../../../reports/record.ts';
import { tooManyConnections } from '../../../scenarios/crowd/descriptors.ts';
import { asTimedBy, crowdFindings } from '../../../scenarios/crowd/findings.ts';
import { type CrowdPlayed, crowdHistograms, crowdMetrics } from '../../../scenarios/crowd/metrics.ts';
import { Histogram } from '../../../scenarios/measure/histogram.ts';
import type { Connections, Workload } from '../../../scenarios/scenario.ts';

function measured(ms: number, times: number) {
  const histogram = new Histogram();
  histogram.record(ms, times);
  return {
    metric: histogram.summarise() as NonNullable<ReturnType<Histogram['summarise']>>,
    stored: histogram.store(),
  };
}

function played(
  report: Partial<CrowdPlayed['report']> = {},
  opened: Partial<CrowdPlayed['opened']> = {},
): CrowdPlayed {
  return {
    pid: 7,
    grownBytes: 2_000_000,
    opened: { open: 200, refused: 0, refusal: null, connect: measured(4, 200), ...opened },
    report: {
      delivery: [
        [null, measured(40, 1000)],
        ['steady', measured(40, 1000)],
      ],
      deliveries: 1000,
      duplicates: 1,
      lost: 2,
      dropped: 3,
      reconnect: null,
      reconnects: 0,
      open: 200,
      slow: null,
      cpuS: 1,
      eventLoopDelayP99Ms: 30,
      ...report,
    },
  };
}

test('its metrics and histograms', () => {
  const metrics = crowdMetrics(played({ slow: { disconnects: 4, dropped: 5, lost: 6 } }), 2000);
  const numbers = Object.entries(metrics).flatMap(([name, metric]) =>
    'value' in metric ? [[name, metric.value]] : [],
  );
  assert.equal(Object.fromEntries(numbers), {
    ws_deliveries_per_s: 500,
    memory_per_connection_kb: 10,
    connections_open: 200,
    connects_refused: 0,
    reconnects: 0,
    ws_lost: 2,
    ws_dropped: 3,
    ws_duplicates: 1,
    slow_disconnects: 4,
    slow_dropped: 5,
    slow_lost: 6,
  });
  const names = ['connect_ms', 'ws_delivery_ms', 'ws_delivery_ms{phase:steady}'];
  assert.equal(Object.keys(crowdHistograms(played())), names);
});

test('what was not measured is absent', () => {
  assert.is(crowdMetrics(played({}, { open: 99 }), 2000)['memory_per_connection_kb'], undefined);
  assert.is(crowdMetrics({ ...played(), grownBytes: null }, 2000)['memory_per_connection_kb'], undefined);
  assert.is(crowdMetrics(played(), 50)['ws_deliveries_per_s'], undefined);
  assert.is(crowdMetrics(played(), 2000)['slow_lost'], undefined);
});

const alone = { playedMs: 2000, machine: { busyPct: 90, othersPct: 2 } };
const shared = { playedMs: 2000, machine: { busyPct: 90, othersPct: 40 } };

for (const [what, report, during, isDoubtful] of [
  ['some of a core, late by itself', {}, alone, false],
  ['most of a core', { cpuS: 1.9 }, alone, true],
  ['late, others at work', {}, shared, true],
  ['a little late, others at work', { eventLoopDelayP99Ms: 15 }, shared, false],
  ['late beside much longer deliveries', { delivery: [[null, measured(400, 1000)]] }, shared, false],
  ['late, nobody knows who else', {}, { playedMs: 2000, machine: null }, false],
] as const) {
  test(`clients with ${what}: ${isDoubtful ? 'in doubt' : 'believed'}`, () => {
    assert.equal(
      crowdFindings(played(report), during).map(({ about }) => about),
      isDoubtful ? ['clients too slow'] : [],
    );
    const results: readonly (readonly [string, Verdict])[] = [
      ['ws_delivery_ms', 'FAIL'],
      ['ws_delivery_ms', 'PASS'],
      ['ws_lost', 'FAIL'],
    ];
    const judged = asTimedBy(
      played(report),
      during,
      results.map(([metric, verdict]) => ({ metric, verdict }) as ThresholdResult),
    );
    assert.equal(
      judged.map(({ verdict }) => verdict),
      [isDoubtful ? 'INCONCLUSIVE' : 'FAIL', 'PASS', 'FAIL'],
    );
  });
}

test('refused connections are told', () => {
  const [note] = crowdFindings(played({}, { open: 3, refused: 2, refusal: 'no' }), alone);
  assert.equal(note, {
    verdict: 'NOTE',
    about: 'connections',
    detail: '2 of 5 WebSockets were not opened: no',
  });
});

for (const [limit, count, says] of [
  ['1024', 824, null],
  [
    '1024',
    825,
    /^825 WebSockets take 1025 open files in one process, and the limit is 1024 \(ulimit -n 1025\)$/,
  ],
  ['unlimited', 20_000, null],
  [null, 20_000, null],
] as const) {
  test(`${count} WebSockets with ${limit} open files: ${says === null ? 'can be' : 'cannot'}`, () => {
    const connections = { count, perSocket: 1, idle: 0 } as Connections;
    const reason = tooManyConnections({ workload: { connections } as Workload }, limit);
    if (says === null) assert.is(reason, null);
    else assert.match(reason as string, says);
  });
}

test.run();
