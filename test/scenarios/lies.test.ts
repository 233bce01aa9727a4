/** Systems that do wrong what no check is named for, through the real runner: none of them gets a PASS, and the numbers say so. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Bus } from '../../core/bus.ts';
import type { Message } from '../../core/message.ts';
import { rejudge } from '../../reports/judge.ts';
import type { RunRecord } from '../../reports/record.ts';
import type { Threshold } from '../../reports/threshold.ts';
import type { Workload } from '../../scenarios/scenario.ts';
import { corrupts } from '../doubles/corrupts.ts';
import { decorateBus, decorateSystem } from '../doubles/decorate.ts';
import { delays } from '../doubles/delays.ts';
import { dropsOneIn } from '../doubles/drops-one-in.ts';
import type { FakeClock } from '../doubles/fake-clock.ts';
import { type Call, neverAnswers } from '../doubles/never-answers.ts';
import { type Decorations, playShortCell } from '../doubles/short-cell.ts';

const quick: Partial<Workload> = {
  chain: null,
  eventsPerS: 500,
  messagesPerS: 200,
  deadlineMs: 300,
  drainMs: 500,
  phases: [{ name: 'steady', forMs: 500, warmup: false, rateFrom: 1, rateTo: 1 }],
};

function run(decorations: Decorations): Promise<RunRecord> {
  return playShortCell({ ...decorations, workload: { ...quick, ...decorations.workload } });
}

function numberOf({ metrics }: RunRecord, name: string): number {
  const metric = metrics[name];
  return metric !== undefined && 'value' in metric ? metric.value : Number.NaN;
}

function failing({ checks }: RunRecord): readonly string[] {
  return checks.filter(({ verdict }) => verdict === 'FAIL').map(({ check, detail }) => `${check}: ${detail}`);
}

function findingOf({ findings }: RunRecord, about: string) {
  return findings.find((finding) => finding.about === about);
}

const silences: readonly (readonly [call: Call, every: number])[] = [
  ['spawn', 5],
  ['pause', 5],
  ['complete', 2],
  ['subscribe', 5],
  ['publish', 10],
];
for (const [call, every] of silences) {
  test(`${call} never answers: unknown, not available, and no PASS`, async () => {
    const record = await run({ system: (sut) => neverAnswers(sut, call, every) });
    assert.is(record.verdict, 'INCONCLUSIVE');
    assert.match(
      findingOf(record, 'unanswered')?.detail ?? '',
      new RegExp(`\\b\\d+ x ${call}\\b.*: never answered$`),
    );
    assert.ok(numberOf(record, 'indeterminate') > 0);
    assert.ok(numberOf(record, 'availability_pct') < 100);
    assert.equal([failing(record), numberOf(record, 'lost_acked')], [[], 0]);
  });
}

test('a publish that never answers within a deadline longer than the drain was not acknowledged: unknown, not lost', async () => {
  const record = await run({
    system: (sut) => neverAnswers(sut, 'publish', 10),
    workload: { deadlineMs: 60_000 },
  });
  assert.is(record.verdict, 'INCONCLUSIVE');
  assert.equal([failing(record), numberOf(record, 'lost_acked')], [[], 0]);
  assert.ok(numberOf(record, 'indeterminate') > 10);
  assert.ok(numberOf(record, 'availability_pct') < 95);
});

/** A bus that is two thirds of a second behind, and stays so. */
const behind: Decorations = {
  bus: (bus, clock) => delays(bus, clock, 650),
  workload: {
    drainMs: 100,
    phases: [
      { name: 'warmup', forMs: 500, warmup: true, rateFrom: 4, rateTo: 4 },
      { name: 'steady', forMs: 900, warmup: false, rateFrom: 1, rateTo: 1 },
    ],
    subscribers: { count: 2, late: 0 },
  },
};
test('what the warm-up lost does not come beside the measured load: a note', async () => {
  const { phases = [] } = behind.workload ?? {};
  const record = await run({ bus: (bus) => dropsOneIn(bus, 50), workload: { phases } });
  assert.is(findingOf(record, 'warm-up not drained')?.verdict, 'NOTE');
});

test('what is left of the warm-up is no part of the measured events, and the cell no PASS', async () => {
  const record = await run(behind);
  assert.is(record.verdict, 'INCONCLUSIVE');
  assert.match(
    findingOf(record, 'warm-up not drained')?.detail ?? '',
    /^\d+ deliveries\b.* left after \d+ ms; \d+ deliveries came beside the measured load$/,
  );
  // Of the events that are due in 900 ms those of the first 250 come in time; 4 times as many were left over.
  assert.ok(numberOf(record, 'achieved_ratio') < 0.5, `${numberOf(record, 'achieved_ratio')}`);
  assert.ok(numberOf(record, 'availability_pct') <= 100);
});

// biome-ignore format: a table
const corruptions: readonly (readonly [change: Partial<Message>, shows: RegExp])[] = [
  [{ data: 'garbage' }, / corrupt: data "garbage" instead of "/],
  [{ type: 'error' }, / corrupt: type "error" instead of "/],
  [{ swarmId: 'none' }, / corrupt: swarmId "none" instead of "/],
  [{ at: 0, sentAt: 0 }, / corrupt: at 0 instead of \d+(\.\d+)?, sentAt 0 instead of /],
];
for (const [change, shows] of corruptions) {
  test(`a bus that changes what it carries is found out: ${JSON.stringify(change)}`, async () => {
    const record = await run({ bus: (bus) => corrupts(bus, change) });
    const check = record.checks.find((one) => one.check === 'no-phantom');
    assert.is(check?.verdict, 'FAIL');
    assert.ok(
      check?.evidence.every((line) => shows.test(line)),
      check?.evidence.join('; '),
    );
    assert.ok(numberOf(record, 'phantom') > 10);
  });
}

/** A bus that says of everything that it was due, and sent, `byMs` later than it was. */
const redates =
  (byMs: number) =>
  (bus: Bus): Bus =>
    decorateBus(bus, {
      deliver: (messages, handler) =>
        handler(messages.map((one) => ({ ...one, at: one.at + byMs, sentAt: one.sentAt + byMs }))),
    });
test('what arrives before it was due is no latency of 0', async () => {
  const record = await run({ bus: redates(60_000) });
  for (const name of ['event_delivery_ms', 'event_service_ms', 'message_routing_ms']) {
    assert.is(record.metrics[name], undefined);
    const details = record.findings
      .filter(({ about }) => about === 'impossible times')
      .map(({ detail }) => detail);
    assert.ok(
      details.some((detail) => new RegExp(`^\\d+ samples of ${name} ended before they began`).test(detail)),
    );
  }
});

const noneLost: Threshold = {
  metric: 'lost_acked',
  phase: null,
  pass: [
    { aggregator: 'value', percentile: null, operator: '<=', limit: 0, overMs: null, text: 'value <= 0' },
  ],
  healthy: [],
  abort: [],
};
for (const [drainMs, name] of [
  [0, 'nobody waited for'],
  [100, 'was still arriving when the time was up'],
] as const) {
  test(`what ${name} is not lost: neither by the check nor by the number`, async () => {
    const record = await run({
      bus: (bus, clock) => delays(bus, clock, 250),
      workload: { drainMs },
      thresholds: [noneLost],
    });
    assert.is(record.verdict, 'INCONCLUSIVE');
    assert.equal([failing(record), record.metrics['lost_acked']], [[], undefined]);
    assert.is(record.thresholds[0]?.verdict, 'INCONCLUSIVE');
  });
}

test('what ends after the load is in no rate of the measured time', async () => {
  // Each spawn takes 410 ms: half of the agents are due too late to run before the load ends.
  const record = await run({
    system: (sut, { clock }) =>
      decorateSystem(sut, {
        spawn: async (orders) => {
          const ours = orders.some(({ id }) => id.startsWith('agent-'));
          if (ours) await clock.sleep(410);
          return sut.spawn(orders);
        },
      }),
    workload: {
      deadlineMs: 5000,
      drainMs: 2000,
      lifetime: null,
      swarms: null,
      spawnOverMs: 200,
      transitionsPerS: 0,
    },
  });
  // Of ten, due every 20 ms, five run within 500 ms; the warm-up's own make room for them, which nobody asked for.
  assert.equal(
    [
      numberOf(record, 'spawns_per_s'),
      numberOf(record, 'transitions_per_s'),
      numberOf(record, 'agents_active'),
    ].map(Math.round),
    [10, 0, 10],
  );
  const spawns = record.metrics['spawn_ms'];
  assert.ok(spawns !== undefined && 'count' in spawns && spawns.count === 10);
});

test('a record judged again by itself says the same, also when its last phase took longer than planned', async () => {
  const atLeast: Threshold = {
    ...noneLost,
    metric: 'event_delivery_ms',
    pass: [
      { aggregator: 'rate', percentile: null, operator: '>=', limit: 1, overMs: null, text: 'rate >= 1/s' },
    ],
  };
  const record = await run({
    system: (sut, { clock }) => {
      let stalls = 1;
      return decorateSystem(sut, {
        events: {
          publish: (events) => {
            const late = clock.now() - (events[0]?.at ?? 0) > 0 && (events[0]?.sequence ?? 0) >= 24;
            if (late && stalls-- > 0) (clock as FakeClock).elapse(90);
            return sut.events.publish(events);
          },
        },
      });
    },
    thresholds: [atLeast],
  });
  const [phase] = record.phases;
  assert.ok((phase?.toMs ?? 0) > 505, `${phase?.toMs}`);
  assert.equal(rejudge(record).thresholds, record.thresholds);
});

test('links of a chain that are emitted after the load were not offered by it', async () => {
  const record = await run({
    workload: { chain: { depth: 400, count: 1 }, eventsPerS: 100, drainMs: 5000 },
    bus: (bus, clock) => delays(bus, clock, 5),
  });
  assert.is(record.checks.find(({ check }) => check === 'chain-complete')?.verdict, 'PASS');
  // A link every 5 ms for 500 ms, and fifty events; what is under way at the end is what is missing.
  assert.ok(Math.abs(numberOf(record, 'offered_per_s') - 300) < 15, `${numberOf(record, 'offered_per_s')}`);
  assert.ok(numberOf(record, 'achieved_ratio') > 0.95, `${numberOf(record, 'achieved_ratio')}`);
});

test.run();
