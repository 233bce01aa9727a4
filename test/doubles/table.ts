import type { CheckName } from '../../scenarios/scenario.ts';
import { actsTwice } from './acts-twice.ts';
import { asksTwice } from './asks-twice.ts';
import { bareEvents } from './bare-events.ts';
import { acknowledgesBeforeItHolds, crashesHonestly } from './crashes.ts';
import { deliversUnsent } from './delivers-unsent.ts';
import { doubleRuns } from './double-runs.ts';
import { dropsOneIn } from './drops-one-in.ts';
import { duplicates } from './duplicates.ts';
import { forgets } from './forgets.ts';
import { indexDisagrees } from './index-disagrees.ts';
import { leavesTerminalState } from './leaves-terminal-state.ts';
import { liesUnderConcurrency } from './lies-under-concurrency.ts';
import { losesLifecycle } from './loses-lifecycle.ts';
import { missesLateSubscribers } from './misses-late-subscribers.ts';
import { missesMessages } from './misses-messages.ts';
import { neverComesBack } from './never-comes-back.ts';
import { refusesFreshVersions } from './refuses-fresh-versions.ts';
import { reordersWithinKey } from './reorders-within-key.ts';
import { rewinds } from './rewinds.ts';
import type { Decorations } from './short-cell.ts';
import { strands } from './strands.ts';
import { takesStaleVersions } from './takes-stale-versions.ts';

export interface Double {
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
export const doubles: readonly Double[] = [
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
