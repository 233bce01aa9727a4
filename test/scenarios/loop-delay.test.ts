import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LoopDelay } from '../../scenarios/run/loop-delay.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

test('a loop that runs is never late', async () => {
  const clock = new FakeClock();
  const delay = new LoopDelay(clock);
  delay.start();
  await clock.advance(3000);
  delay.stop();
  assert.equal([delay.histogram.count, delay.histogram.max], [300, 0]);
  await clock.advance(1000);
  assert.is(delay.histogram.count, 300);
});

test('a stall is charged to all that was due in it: one second in three', async () => {
  const clock = new FakeClock();
  const delay = new LoopDelay(clock);
  delay.start();
  await clock.advance(1000);
  clock.elapse(1000);
  await clock.advance(1000);
  delay.stop();
  const { histogram } = delay;
  assert.is(histogram.count, 300);
  // A third of the 300 waits, evenly up to a second: the rank of p(99) is the fourth of them from above.
  assert.ok(Math.abs(histogram.percentile(99) - 960) <= 11, `${histogram.percentile(99)}`);
  assert.ok(Math.abs(histogram.percentile(50) - 0) < 0.01);
  assert.ok(Math.abs(histogram.avg - 990 / 6) < 5, `${histogram.avg}`);
});

test('a stall that lasts to the end is charged as far as it went', async () => {
  const clock = new FakeClock();
  const delay = new LoopDelay(clock);
  delay.start();
  await clock.advance(500);
  clock.elapse(500);
  delay.stop();
  assert.is(delay.histogram.count, 100);
  assert.ok(Math.abs(delay.histogram.max - 490) < 1e-6);
});

test.run();
