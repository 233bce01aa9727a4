import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type GeneratorHealth, judgeGenerator } from '../../scenarios/run/health.ts';

const well: GeneratorHealth = {
  sendLagAvgMs: 0.5,
  sendLagP99Ms: 2,
  deliveryAvgMs: 1,
  eventLoopDelayP99Ms: 3,
  cpuPct: 40,
  lateSends: 0,
  offered: 10_000,
  lateTransitions: 0,
  dueTransitions: 1000,
  playedMs: 10_001,
  plannedMs: 10_000,
};

// biome-ignore format: a table
const rows: readonly (readonly [name: string, health: Partial<GeneratorHealth>, about: readonly string[]])[] = [
  ['kept its schedule', {}, []],
  ['the grain of a timer is no sign, however short the latencies', { sendLagAvgMs: 4.9, deliveryAvgMs: 5 }, []],
  ['its own lateness is most of what it measured', { sendLagAvgMs: 80, deliveryAvgMs: 100 }, ['generator too slow']],
  ['... a quarter is too much', { sendLagAvgMs: 26, deliveryAvgMs: 100 }, ['generator too slow']],
  ['... less than a quarter is not', { sendLagAvgMs: 24, deliveryAvgMs: 100 }, []],
  ['late, and nothing was delivered to hold it against', { sendLagAvgMs: 50, deliveryAvgMs: 0 }, ['generator too slow']],
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
  ['everything at once', { sendLagAvgMs: 900, deliveryAvgMs: 1000, lateSends: 5000, playedMs: 20_000 }, ['generator too slow', 'late sends', 'schedule overrun']],
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

test.run();
