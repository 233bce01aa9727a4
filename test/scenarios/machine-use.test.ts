import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type MachineTimes, machineUse, readMachine } from '../../scenarios/run/machine-use.ts';

type Row = readonly [name: string, after: MachineTimes, ownS: number, busyPct: number, othersPct: number];
// biome-ignore format: a table
const rows: readonly Row[] = [
  ['idle', { busyMs: 500, allMs: 3000 }, 0, 0, 0],
  ['only we', { busyMs: 1500, allMs: 3000 }, 1, 50, 0],
  ['we and others', { busyMs: 2500, allMs: 3000 }, 0.5, 100, 75],
  ['our own time is counted in finer ticks than the machine counts its own', { busyMs: 1490, allMs: 3000 }, 1, 49.5, 0],
];
for (const [name, after, ownS, busyPct, othersPct] of rows) {
  test(`the machine's use: ${name}`, () => {
    assert.equal(machineUse({ busyMs: 500, allMs: 1000 }, after, ownS), { busyPct, othersPct });
  });
}

test('too short for a tick, or a count that went back, is not known', () => {
  const before = { busyMs: 500, allMs: 1000 };
  assert.is(machineUse(before, before, 0), null);
  assert.is(machineUse(before, { busyMs: 400, allMs: 2000 }, 0), null);
});

test('this machine has times', () => {
  const { busyMs, allMs } = readMachine();
  assert.ok(busyMs >= 0 && busyMs <= allMs);
});

test.run();
