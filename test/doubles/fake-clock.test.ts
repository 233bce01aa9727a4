import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FakeClock } from './fake-clock.ts';

test('wakes in order of due times, those set first first, at exactly their time', async () => {
  const clock = new FakeClock();
  const start = clock.now();
  const log: (readonly [string, number])[] = [];
  const note = (name: string) => () => log.push([name, clock.now() - start]);
  clock.after(20, note('late'));
  clock.after(10, note('first'));
  clock.after(10, note('second'));
  clock.after(15, note('cancelled'))();
  await clock.advance(20);
  assert.equal(log, [
    ['first', 10],
    ['second', 10],
    ['late', 20],
  ]);
});

test('plays a chain of sleeps, immediates and promises to its end without waiting', async () => {
  const clock = new FakeClock();
  const start = clock.now();
  const hour = async (): Promise<number> => {
    for (let second = 0; second < 3600; second++) await clock.sleep(1000);
    await new Promise((resolve) => setImmediate(resolve));
    return clock.now() - start;
  };
  assert.is(await clock.play(hour()), 3_600_000);
});

test('what is due while time elapses fires late', async () => {
  const clock = new FakeClock();
  const start = clock.now();
  let firedAt = 0;
  clock.after(5, () => {
    firedAt = clock.now() - start;
  });
  clock.elapse(100);
  assert.is(firedAt, 0);
  await clock.advance(0);
  assert.is(firedAt, 100);
});

test('a sleep ends with the reason of its signal', async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const sleeping = clock.sleep(1000, stop.signal).catch((error: Error) => error.message);
  stop.abort(new Error('stopped'));
  assert.is(await sleeping, 'stopped');
});

test('notices what would wait for ever', async () => {
  const clock = new FakeClock();
  const waiting = clock.play(new Promise<string>(() => {})).catch((error: Error) => error.message);
  assert.match(await waiting, 'for ever');
});

test.run();
