import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AdjustableClock } from '../../chaos/clock/adjustable-clock.ts';
import type { FaultOptions } from '../../chaos/fault.ts';
import { systemClock } from '../../core/clock.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { observableThenGone } from './fault-kit.ts';

// biome-ignore format: a table
const rows: readonly (readonly [fault: string, options: FaultOptions])[] = [
  ['clock-jump', { by: 60_000 }],
  ['clock-jump', { by: 60_000, towards: 'back' }],
  ['clock-strobe', { by: 500, every: 10 }],
  ['clock-skew', { rate: 2 }],
  ['clock-skew', { rate: 0.5 }],
];
for (const [fault, options] of rows) {
  test(`${fault} ${JSON.stringify(options)}: observable, then gone`, () =>
    observableThenGone(fault, { kind: 'clock', clock: new AdjustableClock(systemClock) }, options));
}

test('a clock that is wrong tells another time, and waits as long as before', async () => {
  const base = new FakeClock();
  const clock = new AdjustableClock(base);
  clock.adjust(-5000);
  assert.is(clock.now(), base.now() - 5000);
  clock.adjust(1000, 2);
  let fired = false;
  clock.after(100, () => {
    fired = true;
  });
  await base.advance(99);
  assert.equal([fired, clock.now() - base.now()], [false, 1099]);
  await base.advance(1);
  assert.equal([fired, clock.now() - base.now()], [true, 1100]);
  clock.adjust(0);
  assert.is(clock.now(), base.now());
});

test.run();
