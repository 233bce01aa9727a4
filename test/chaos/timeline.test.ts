import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FaultKind, Injection } from '../../chaos/fault.ts';
import { type FaultWindow, type ReadyFault, Timeline } from '../../chaos/play-timeline.ts';
import type { ServerTarget, Target } from '../../chaos/target.ts';
import { type FaultOrder, findConflict } from '../../chaos/timeline.ts';
import { createRandom } from '../../core/random.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { noJournal } from '../doubles/no-journal.ts';

function order(change: Partial<FaultOrder> = {}): FaultOrder {
  return {
    atMs: 100,
    forMs: 200,
    fault: 'kill',
    on: 'bus.server',
    direction: 'both',
    options: {},
    ...change,
  };
}

/** A fault that is in force from its injection to its heal, as far as it is not told otherwise. */
function ready(
  change: Partial<Injection> = {},
  given: Partial<FaultOrder> = {},
  kind: Partial<FaultKind> = {},
): ReadyFault {
  let there = false;
  const injection: Injection = {
    undo: [],
    inject: async () => {
      there = true;
    },
    heal: async () => {
      there = false;
    },
    inForce: () => there,
    healed: () => !there,
    ...change,
  };
  const whole: FaultKind = {
    name: 'kill',
    meaning: '',
    targets: ['server'],
    options: {},
    prepare: () => injection,
    ...kind,
  };
  return { order: order(given), kind: whole, target: { kind: 'process' } };
}

interface Played {
  readonly windows: readonly FaultWindow[];
  readonly around: readonly string[];
}

async function play(faults: readonly ReadyFault[], endMs = 1000): Promise<Played> {
  const clock = new FakeClock();
  const startMs = clock.now();
  const end = new AbortController();
  clock.after(endMs, () => end.abort());
  const around: string[] = [];
  const timeline = new Timeline(faults, {
    clock,
    random: createRandom(1),
    journal: noJournal,
    end: end.signal,
    around: {
      begun: (nowMs) => void around.push(`begun ${nowMs - startMs}`),
      over: (nowMs) => void around.push(`over ${nowMs - startMs}`),
    },
  });
  return { windows: await clock.play(timeline.play(startMs)), around };
}

function times({
  injectedAtMs,
  confirmedAtMs,
  healedAtMs,
  verifiedAtMs,
}: FaultWindow): readonly (number | null)[] {
  return [injectedAtMs, confirmedAtMs, healedAtMs, verifiedAtMs];
}

const fails = async (): Promise<never> => {
  throw new Error('no');
};

// biome-ignore format: a table
const rows: readonly (readonly [name: string, fault: ReadyFault, times: readonly (number | null)[], problem: string | null])[] = [
  ['injected, confirmed, healed and verified at its times', ready(), [100, 100, 300, 300], null],
  ['an injection that does nothing is never confirmed', ready({ inject: async () => undefined }), [100, null, 300, 300], null],
  ['a heal that does nothing is never verified', ready({ heal: async () => undefined }), [100, 100, 300, null], null],
  ['one that fails is healed all the same', ready({ inject: fails }), [100, null, 100, 100], 'could not be injected: no'],
  ['a heal that fails says so', ready({ heal: fails }), [100, 100, null, null], 'could not be healed: no'],
  ['without an end it lasts as long as the load', ready({}, { forMs: null }), [100, 100, 1000, 1000], null],
  ['one that begins after the load does not begin', ready({}, { atMs: 1500 }), [null, null, null, null], null],
  ['one that would outlast the load ends with it', ready({}, { atMs: 900, forMs: 5000 }), [900, 900, 1000, 1000], null],
  ['a momentary one is healed as soon as it was seen', ready({}, { forMs: null }, { momentary: true }), [100, 100, 100, 100], null],
  ['one that cannot be made ready', ready({}, {}, { prepare: fails }), [null, null, null, null], 'could not be injected: no'],
];
for (const [name, fault, expected, problem] of rows) {
  test(`timeline: ${name}`, async () => {
    const { windows } = await play([fault]);
    const [window] = windows as [FaultWindow];
    assert.equal([times(window), window.problem], [expected, problem]);
  });
}

test('what lies around the faults begins with the first and is over with the last', async () => {
  const { around, windows } = await play([
    ready({}, { atMs: 300 }),
    ready(),
    ready({}, { atMs: 150, forMs: 600, on: 'storage.server' }),
  ]);
  assert.equal(around, ['begun 100', 'over 750']);
  assert.equal(
    windows.map(({ injectedAtMs }) => injectedAtMs),
    [300, 100, 150],
  );
});

// A heal that takes longer than planned: what it cannot overlap waits for its end, and then lasts as long as it should.
const slowHeal = (clock: FakeClock): Partial<Injection> => ({
  heal: () => clock.sleep(400),
  healed: () => true,
});
// biome-ignore format: a table
const waits: readonly (readonly [name: string, next: Partial<FaultOrder>, injectedAtMs: number, healedAtMs: number])[] = [
  ['on the same server', { atMs: 350, fault: 'pause' }, 700, 900],
  ['on the same server, written for the other part of the stack', { atMs: 350, on: 'storage.server' }, 700, 900],
  ['on a link', { atMs: 350, on: 'bus.link', fault: 'latency' }, 350, 550],
];
for (const [name, next, injectedAtMs, healedAtMs] of waits) {
  test(`while a heal goes on: a fault ${name}`, async () => {
    const clock = new FakeClock();
    const server = {} as ServerTarget;
    const target: Target = { kind: 'server', part: 'bus', technology: 'redis', server };
    const faults = [
      { ...ready(slowHeal(clock)), target },
      { ...ready({}, next), target },
    ];
    const parts = { clock, random: createRandom(1), journal: noJournal, end: new AbortController().signal };
    const startMs = clock.now();
    const windows = await clock.play(new Timeline(faults, parts).play(startMs));
    assert.equal(
      windows.map((window) => [window.injectedAtMs, window.healedAtMs]),
      [
        [100, 700],
        [injectedAtMs, healedAtMs],
      ],
    );
  });
}

test('what could outlive us is noted before it is injected, and crossed out once it is seen healed', async () => {
  const said: string[] = [];
  const clock = new FakeClock();
  const journal = {
    note: (undo: readonly unknown[]) => said.push(`note ${undo.length}`),
    done: (noted: number) => void said.push(`done ${noted}`),
  };
  const undo = [{ do: 'remove', path: '/x' }] as const;
  const inject = async (): Promise<void> => void said.push('inject');
  const fault = ready({ undo, inject, inForce: () => true, healed: () => true });
  const parts = { clock, random: createRandom(1), journal, end: new AbortController().signal };
  await clock.play(new Timeline([fault], parts).play(clock.now()));
  assert.equal(said, ['note 1', 'inject', 'done 1']);
});

// biome-ignore format: a table
const conflicts: readonly (readonly [name: string, a: Partial<FaultOrder>, b: Partial<FaultOrder>, sameServer: boolean, conflict: boolean])[] = [
  ['two on one server', {}, { atMs: 200, fault: 'pause' }, false, true],
  ['one after the other', {}, { atMs: 300, fault: 'pause' }, false, false],
  ['whatever order they are written in', { atMs: 200, fault: 'pause' }, {}, false, true],
  ['without an end nothing can follow', { forMs: null }, { atMs: 9000 }, false, true],
  ['two servers', {}, { on: 'storage.server' }, false, false],
  ['two names of one server', {}, { on: 'storage.server' }, true, true],
  ['two kinds on calls', { on: 'bus.calls', fault: 'delay' }, { on: 'bus.calls', fault: 'drop' }, false, false],
  ['one kind twice on calls', { on: 'bus.calls', fault: 'delay' }, { on: 'bus.calls', fault: 'delay' }, false, true],
  ['one kind on the two ways of a link', { on: 'bus.link', fault: 'latency', direction: 'up' }, { on: 'bus.link', fault: 'latency', direction: 'down' }, false, false],
  ['one kind on a way and both', { on: 'bus.link', fault: 'latency', direction: 'up' }, { on: 'bus.link', fault: 'latency' }, false, true],
  ['two nodes', { on: 'node.1' }, { on: 'node.2' }, false, false],
  ['a node and any', { on: 'node' }, { on: 'node.any', fault: 'pause' }, false, true],
  ['a node and its way', { on: 'node.2' }, { on: 'node.2.bus.link', fault: 'partition' }, false, false],
  ['two ways of a node', { on: 'node.2.bus.link', fault: 'partition' }, { on: 'node.2.storage.link', fault: 'partition' }, false, false],
  ['two kinds on a way of a node', { on: 'node.2.bus.link', fault: 'latency' }, { on: 'node.2.bus.link', fault: 'partition' }, false, false],
  ['one kind on a way of a node and of any', { on: 'node.2.bus.link', fault: 'partition' }, { on: 'node.any.bus.link', fault: 'partition' }, false, true],
];
for (const [name, a, b, sameServer, expected] of conflicts) {
  test(`conflict: ${name}`, () => {
    assert.is(findConflict([order(a), order(b)], sameServer) !== null, expected);
  });
}

test('a look that fails is taken again; what is injected is healed whatever comes of looking', async () => {
  const failing = async (): Promise<boolean> => {
    throw new Error('nobody answers');
  };
  let looks = 0;
  let healed = 0;
  const { windows } = await play([
    ready({ inForce: () => (++looks === 1 ? failing() : true) }),
    ready(
      {
        inForce: failing,
        heal: async () => {
          healed++;
        },
        healed: () => true,
      },
      { on: 'storage.server' },
    ),
  ]);
  assert.equal(windows.map(times), [
    [100, 105, 300, 300],
    [100, null, 300, 300],
  ]);
  assert.equal(
    windows.map(({ problem }) => problem),
    [null, 'could not be looked at: nobody answers'],
  );
  assert.is(healed, 1);
});

test.run();
