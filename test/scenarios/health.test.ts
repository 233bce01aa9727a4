import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type GeneratorHealth, judgeGenerator, type SendHealth } from '../../scenarios/run/health.ts';

const sendsWell: SendHealth = { what: 'events', lagAvgMs: 0.5, lagP99Ms: 2, tookAvgMs: 1, tookP99Ms: 3 };
const well: GeneratorHealth = {
  open: true,
  sends: [sendsWell, { ...sendsWell, what: 'messages' }],
  eventLoopDelayP99Ms: 3,
  cpuPct: 40,
  lateSends: 0,
  unmannedSends: 0,
  offered: 10_000,
  lateTransitions: 0,
  dueTransitions: 1000,
  machine: null,
  playedMs: 10_001,
  plannedMs: 10_000,
};
const sending = (parts: Partial<SendHealth>): Partial<GeneratorHealth> => ({
  sends: [{ ...sendsWell, ...parts }],
});

// biome-ignore format: a table
const rows: readonly (readonly [name: string, health: Partial<GeneratorHealth>, about: readonly string[]])[] = [
  ['kept its schedule', {}, []],
  ['the grain of a timer is no sign, however short the latencies', sending({ lagAvgMs: 4.9, tookAvgMs: 5 }), []],
  ['its own lateness is most of what it measured', sending({ lagAvgMs: 80, tookAvgMs: 100 }), ['generator too slow']],
  ['... a quarter is too much', sending({ lagAvgMs: 26, tookAvgMs: 100 }), ['generator too slow']],
  ['... less than a quarter is not', sending({ lagAvgMs: 24, tookAvgMs: 100 }), []],
  ['late, and nothing was delivered to hold it against', sending({ lagAvgMs: 50, tookAvgMs: 0 }), ['generator too slow']],
  ['late with messages only', { sends: [sendsWell, { ...sendsWell, what: 'messages', lagAvgMs: 80, tookAvgMs: 86 }] }, ['generator too slow']],
  ['late with a few, and CPU to spare', sending({ lagP99Ms: 30, tookP99Ms: 100 }), []],
  ['late with a few, for want of CPU', { cpuPct: 91, ...sending({ lagP99Ms: 30, tookP99Ms: 100 }) }, ['no CPU left']],
  ['... but a small part of what was measured', { cpuPct: 91, ...sending({ lagP99Ms: 24, tookP99Ms: 100 }) }, []],
  ['all CPU used, and in time', { cpuPct: 130 }, []],
  ['stalls that are most of the worst latencies', { eventLoopDelayP99Ms: 30, ...sending({ tookP99Ms: 59 }) }, ['event loop stalled']],
  ['... not half of them', { eventLoopDelayP99Ms: 30, ...sending({ tookP99Ms: 61 }) }, []],
  ['... short ones', { eventLoopDelayP99Ms: 25, ...sending({ tookP99Ms: 26 }) }, []],
  ['... too few samples to say', { eventLoopDelayP99Ms: null, ...sending({ tookP99Ms: 26 }) }, []],
  ['... in a closed model, whose latencies say nothing', { open: false, eventLoopDelayP99Ms: 30, ...sending({ tookP99Ms: 40 }) }, []],
  ['... and nothing was sent', { eventLoopDelayP99Ms: 300, sends: [] }, []],
  ['one send in a hundred not made', { lateSends: 100 }, []],
  ['more than that', { lateSends: 101 }, ['late sends']],
  ['late sends and nothing offered', { lateSends: 5, offered: 0 }, []],
  ['one transition in a hundred not made', { lateTransitions: 10 }, []],
  ['more than that', { lateTransitions: 11 }, ['late transitions']],
  ['no transitions', { lateTransitions: 0, dueTransitions: 0 }, []],
  ['a little over its time', { playedMs: 10_599 }, []],
  ['far over its time', { playedMs: 10_700 }, ['schedule overrun']],
  ['a short run may be over by a tenth of a second', { playedMs: 700, plannedMs: 600 }, []],
  ['cut short is another matter', { playedMs: 2000 }, []],
  ['no plan', { playedMs: 500, plannedMs: 0 }, []],
  ['everything at once', { ...sending({ lagAvgMs: 900, tookAvgMs: 1000 }), lateSends: 5000, playedMs: 20_000 }, ['generator too slow', 'late sends', 'schedule overrun']],
];

for (const [name, health, about] of rows) {
  test(`generator: ${name}`, () => {
    const findings = judgeGenerator({ ...well, ...health });
    assert.equal(
      findings.map((finding) => finding.about),
      about,
    );
    assert.ok(findings.every(({ verdict, detail }) => verdict === 'INCONCLUSIVE' && /\d/.test(detail)));
  });
}

// biome-ignore format: a table
const advised: readonly (readonly [machine: GeneratorHealth['machine'], says: RegExp])[] = [
  [null, /measured \(CPU 40 %, event-loop delay p99 3\.0 ms\): fewer events will do, or a faster machine; testbed doctor says/],
  [{ busyPct: 96.7, othersPct: 52.1 }, /; the machine was 97 % busy, 52 % with other programs: a quiet machine will do, or fewer events; testbed doctor/],
  [{ busyPct: 96.7, othersPct: 4 }, /97 % busy, 4 % with other programs: fewer events will do, or a faster machine/],
];
for (const [machine, says] of advised) {
  test(`a generator that is too slow says what the machine did, and what to do: ${says.source}`, () => {
    const [finding] = judgeGenerator({ ...well, ...sending({ lagAvgMs: 80, tookAvgMs: 100 }), machine });
    assert.match(finding?.detail ?? '', says);
  });
}

test('a cell says it once', () => {
  const everything = { ...sending({ lagAvgMs: 900, tookAvgMs: 1000 }), lateSends: 5000, playedMs: 20_000 };
  const findings = judgeGenerator({ ...well, ...everything });
  assert.equal(
    findings.map(({ detail }) => detail.includes('testbed doctor')),
    [true, false, false],
  );
});

// biome-ignore format: a table
const causes: readonly (readonly [unmanned: number, says: string])[] = [
  [0, '500 of 10000 sends were due and not made: 500 because the in-flight bound was full'],
  [500, '500 of 10000 sends were due and not made: 500 because no agent worked'],
  [200, '500 of 10000 sends were due and not made: 300 because the in-flight bound was full, 200 because no agent worked'],
];
for (const [unmannedSends, says] of causes) {
  test(`late sends: ${says}`, () => {
    const [finding] = judgeGenerator({ ...well, lateSends: 500, unmannedSends });
    assert.is(finding?.detail, says);
  });
}

test.run();
