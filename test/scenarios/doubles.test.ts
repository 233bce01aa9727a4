/** Every broken double is run through the real runner and caught, by name, by what is meant to catch it; its twin is not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../reports/record.ts';
import type { CheckName } from '../../scenarios/scenario.ts';
import { actsTwice } from '../doubles/acts-twice.ts';
import { asksTwice } from '../doubles/asks-twice.ts';
import { bareEvents } from '../doubles/bare-events.ts';
import { acknowledgesBeforeItHolds, crashesHonestly } from '../doubles/crashes.ts';
import { deliversUnsent } from '../doubles/delivers-unsent.ts';
import { doubleRuns } from '../doubles/double-runs.ts';
import { dropsOneIn } from '../doubles/drops-one-in.ts';
import { duplicates } from '../doubles/duplicates.ts';
import { forgets } from '../doubles/forgets.ts';
import { indexDisagrees } from '../doubles/index-disagrees.ts';
import { leavesTerminalState } from '../doubles/leaves-terminal-state.ts';
import { liesUnderConcurrency } from '../doubles/lies-under-concurrency.ts';
import { losesLifecycle } from '../doubles/loses-lifecycle.ts';
import { missesLateSubscribers } from '../doubles/misses-late-subscribers.ts';
import { missesMessages } from '../doubles/misses-messages.ts';
import { neverComesBack } from '../doubles/never-comes-back.ts';
import { refusesFreshVersions } from '../doubles/refuses-fresh-versions.ts';
import { reordersWithinKey } from '../doubles/reorders-within-key.ts';
import { rewinds } from '../doubles/rewinds.ts';
import { type Decorations, playShortCell } from '../doubles/short-cell.ts';
import { strands } from '../doubles/strands.ts';
import { takesStaleVersions } from '../doubles/takes-stale-versions.ts';

interface Double {
  readonly name: string;
  readonly broken: Decorations;
  /** What catches it: a check that fails. */
  readonly caughtBy: { readonly check: CheckName; readonly shows: RegExp };
  /** Checks that fail as well: those of which it is the matter too. */
  readonly also?: readonly CheckName[];
  /** A check that fails as well when chance will have it: what is lost may be the start of an agent. */
  readonly perhaps?: CheckName;
  /** The same without the fault. Left out: nothing but the empty decorators. */
  readonly twin?: Decorations;
}

// A lost link would end a chain, and so every bus that loses anything would fail that check as well.
const noChain = { chain: null };

/** The bus refuses publishes for a while, and there is time to come back from that. */
const refusals: Decorations = {
  faults: [
    {
      atMs: 1500,
      forMs: 300,
      fault: 'error',
      on: 'bus.publish',
      direction: 'both',
      options: { probability: 1 },
    },
  ],
  workload: {
    ...noChain,
    eventsPerS: 200,
    messagesPerS: 50,
    phases: [{ name: 'steady', forMs: 9000, warmup: false, rateFrom: 1, rateTo: 1 }],
  },
};

/** Whatever loses deliveries fails these together ... */
const loses: readonly CheckName[] = ['at-least-once', 'exactly-once-effect'];
/** ... and where later ones come, this one too. */
const skips: readonly CheckName[] = [...loses, 'offsets-agree'];

// biome-ignore format: a table
const doubles: readonly Double[] = [
  { name: 'a bus that drops 1 of 1,000', broken: { bus: (bus) => dropsOneIn(bus), workload: noChain }, caughtBy: { check: 'no-lost-acked', shows: /^event \d+:\d+ was acknowledged at -?\d+\.\d+ s and never reached subscriber \d$/ }, also: skips, perhaps: 'unique-spawn' },
  { name: 'a bus that duplicates', broken: { bus: (bus) => duplicates(bus) }, caughtBy: { check: 'exactly-once-effect', shows: /^(event|message) \d+:\d+ reached .* again, after \d+$/ }, also: ['offsets-agree'] },
  { name: 'a bus that rewinds a subscriber', broken: { bus: (bus) => rewinds(bus) }, caughtBy: { check: 'offsets-agree', shows: /^event \d+:\d+ reached subscriber \d again, after \d+$/ }, also: ['exactly-once-effect'] },
  { name: 'a bus that reorders within a key', broken: { bus: reordersWithinKey, workload: noChain }, caughtBy: { check: 'order-per-key', shows: /reached subscriber \d after \d+$/ } },
  { name: 'a bus that acknowledges before it holds', broken: { bus: acknowledgesBeforeItHolds, workload: noChain }, caughtBy: { check: 'no-lost-acked', shows: /was acknowledged at [\d.-]+ s and never reached/ }, also: skips, perhaps: 'unique-spawn', twin: { bus: crashesHonestly, workload: noChain } },
  { name: 'a bus that delivers what was never sent', broken: { bus: (bus) => deliversUnsent(bus) }, caughtBy: { check: 'no-phantom', shows: /reached .* and was never sent$/ } },
  { name: 'a bus that misses subscribers added in mid-run', broken: { bus: (bus) => missesLateSubscribers(bus), system: (sut, { bus }) => bareEvents(sut, bus) }, caughtBy: { check: 'no-lost-acked', shows: /never reached subscriber 3$/ }, also: loses, twin: { system: (sut, { bus }) => bareEvents(sut, bus) } },
  { name: 'a storage that forgets', broken: { storage: (storage) => forgets(storage) }, caughtBy: { check: 'no-stranded', shows: /^agent-\S+ was spawned, acknowledged at -?\d+\.\d+ s, and is not in storage$/ }, also: ['linearizable'] },
  { name: 'a storage that lies about versions only under concurrency', broken: { storage: liesUnderConcurrency, system: asksTwice }, caughtBy: { check: 'legal-transitions', shows: /: version \d+ was stored 2 times$/ }, also: ['linearizable'], twin: { system: asksTwice } },
  { name: 'a storage that lies about versions only under concurrency, one caller at a time', broken: { storage: liesUnderConcurrency, system: asksTwice }, caughtBy: { check: 'legal-transitions', shows: /stored 2 times/ }, also: ['linearizable'], twin: { storage: liesUnderConcurrency } },
  { name: 'a storage whose compare-and-set takes a stale version', broken: { storage: takesStaleVersions, system: asksTwice }, caughtBy: { check: 'linearizable', shows: /: update to version \d+ \(\w+\), asked for at [\d.-]+ s and acknowledged at [\d.-]+ s, when / }, also: ['legal-transitions'], twin: { storage: takesStaleVersions } },
  { name: 'a storage that refuses a version that is right', broken: { storage: refusesFreshVersions }, caughtBy: { check: 'linearizable', shows: /refused for a conflict at [\d.-]+ s, when / } },
  { name: 'a storage whose index disagrees', broken: { storage: indexDisagrees }, caughtBy: { check: 'indexes-agree', shows: /^status completed: the index lacks/ } },
  { name: 'a core that double-runs an agent', broken: { system: (sut) => doubleRuns(sut) }, caughtBy: { check: 'unique-spawn', shows: /was started 2 times$/ } },
  { name: 'a bus that loses every start of an agent', broken: { bus: (bus) => losesLifecycle(bus, 1) }, caughtBy: { check: 'unique-spawn', shows: /^(warm|agent)-\S+ was spawned and its agent_start never seen$/ } },
  { name: 'a bus that loses one lifecycle event in ten', broken: { bus: (bus) => losesLifecycle(bus, 10) }, caughtBy: { check: 'unique-spawn', shows: /its agent_start never seen$/ } },
  { name: 'a core that strands one', broken: { system: (sut, { storage }) => strands(sut, storage) }, caughtBy: { check: 'no-stranded', shows: /was left spawning$/ } },
  { name: 'a core that leaves a terminal state', broken: { system: (sut, { storage }) => leavesTerminalState(sut, storage) }, caughtBy: { check: 'legal-transitions', shows: /went from completed to running/ } },
  { name: 'a core that misses a message', broken: { system: (sut) => missesMessages(sut) }, caughtBy: { check: 'no-lost-acked', shows: /^message \d+:\d+.* never reached the addressed agent$/ }, also: skips },
  { name: 'a core that applies an effect twice', broken: { system: (sut) => actsTwice(sut) }, caughtBy: { check: 'exactly-once-effect', shows: /^message \d+:\d+ reached the addressed agent again, after \d+$/ } },
  { name: 'a core that does not come back from an outage', broken: { ...refusals, system: (sut) => neverComesBack(sut) }, caughtBy: { check: 'converges', shows: /^error on bus.publish was healed at [\d.]+ s: 10 good windows in a row never came/ }, twin: refusals },
];

function failing({ checks }: RunRecord): string[] {
  return checks.filter(({ verdict }) => verdict === 'FAIL').map(({ check }) => check);
}

function numberOf({ metrics }: RunRecord, name: string): number {
  const metric = metrics[name];
  assert.ok(metric !== undefined && 'value' in metric, `${name} was not measured`);
  return metric.value;
}

function isHealthy(record: RunRecord): void {
  const checks = record.checks.map(({ check, verdict, detail, evidence }) => ({
    check,
    verdict,
    detail,
    evidence,
  }));
  for (const { check, verdict, detail, evidence } of checks) {
    if (check === 'chain-complete' && record.workload['chain'] === null) continue;
    assert.is(verdict, 'PASS', `${check}: ${detail} ${evidence.join('; ')}`);
  }
  for (const metric of ['duplicates', 'reordered', 'phantom', 'lost_acked'])
    assert.is(numberOf(record, metric), 0, metric);
}

for (const { name, broken, caughtBy, also = [], perhaps, twin } of doubles) {
  test(`caught: ${name}`, async () => {
    const record = await playShortCell(broken);
    const { check, shows } = caughtBy;
    assert.equal(
      failing(record)
        .filter((failed) => failed !== perhaps)
        .sort(),
      [check, ...also].sort(),
    );
    const evidence = record.checks.find((result) => result.check === check)?.evidence ?? [];
    assert.ok(
      evidence.some((line) => shows.test(line)),
      evidence.join('; '),
    );
    assert.is(record.verdict, 'FAIL');
    assert.ok(record.files.includes(`checks/${check}.ndjson`), record.files.join());
  });

  if (twin === undefined) continue;
  test(`healthy twin: ${name}`, async () => {
    isHealthy(await playShortCell(twin));
  });
}

test('healthy twin of all others: the same decorators with nothing to say', async () => {
  const record = await playShortCell({});
  isHealthy(record);
  assert.is(numberOf(record, 'delivery_rate_pct'), 100);
  assert.is(numberOf(record, 'message_delivery_rate_pct'), 100);
});

test.run();
