import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../core/clock.ts';
import {
  blockingTarget,
  type KnownStall,
  measureStall,
  predictedDeliveryMs,
  queueingTarget,
  type StallMeasured,
  type StallTarget,
} from '../../scenarios/load/self-test.ts';
import { clockAtSend } from '../doubles/clock-at-send.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { waitsForReplies } from '../doubles/waits-for-replies.ts';

const stall: KnownStall = { everyMs: 10_000, stallMs: 2000, perS: 100, periods: 3 };
const percents = [10, 50, 80, 80.5, 81, 85, 90, 95, 99, 99.9, 100];
/** Of the histogram; below 61 ns everything is one bucket. */
const resolution = (ms: number): number => 0.001 * ms + 0.000_061_1;

async function play(target: (clock: FakeClock) => StallTarget): Promise<StallMeasured> {
  const clock = new FakeClock();
  return clock.play(measureStall(stall, clock, target(clock)));
}

const blocking = (clock: FakeClock): StallTarget =>
  blockingTarget(stall, clock, (untilMs) => clock.elapse(untilMs - clock.now()));
const queueing = (clock: FakeClock): StallTarget => queueingTarget(stall, clock);

/** What the instruments get wrong, or nothing. */
function wrong({ delivery }: StallMeasured): string[] {
  return percents.flatMap((percent) => {
    const expected = predictedDeliveryMs(stall, percent);
    const got = delivery.percentile(percent);
    return Math.abs(got - expected) <= resolution(expected) ? [] : [`p${percent} ${got}, not ${expected}`];
  });
}

test('the arithmetic: a fifth of what is due waits, evenly up to two seconds', () => {
  const table = [
    [50, 0],
    [80, 0],
    [80.1, 10],
    [85, 500],
    [90, 1000],
    [99, 1900],
    [100, 2000],
  ] as const;
  for (const [percent, ms] of table) assert.is(predictedDeliveryMs(stall, percent), ms, `p${percent}`);
});

test('a process that stalls: the percentiles that arithmetic predicts, and small service times beside them', async () => {
  const measured = await play(blocking);
  assert.equal(wrong(measured), []);
  assert.equal([measured.delivery.count, measured.service.count, measured.service.max], [3000, 3000, 0]);
});

test('a target that stalls and queues: the same percentiles, and its queue is part of the service time', async () => {
  const measured = await play(queueing);
  assert.equal(wrong(measured), []);
  assert.is(measured.delivery.count, 3000);
  // The sends went out on time, so what was sent during the stall waited in the target and not in the generator.
  assert.ok(Math.abs(measured.service.percentile(90) - predictedDeliveryMs(stall, 90)) <= resolution(1000));
});

test('caught: a generator that starts the clock at the send sees no stall at all', async () => {
  const measured = await play((clock) => clockAtSend(blocking(clock)));
  assert.ok(wrong(measured).includes('p90 0, not 1000'), wrong(measured).join());
  assert.is(measured.delivery.max, 0);
});

test('caught: a generator that waits for replies takes the stall for one slow request', async () => {
  const measured = await play((clock) => waitsForReplies(queueing(clock), clock));
  assert.ok(wrong(measured).length > 5, wrong(measured).join());
  assert.ok(measured.delivery.percentile(90) < 10);
});

test('plays in real time as well', async () => {
  const brief: KnownStall = { everyMs: 200, stallMs: 100, perS: 1000, periods: 2 };
  const block = (untilMs: number): void => {
    while (systemClock.now() < untilMs);
  };
  const { delivery, service } = await measureStall(
    brief,
    systemClock,
    blockingTarget(brief, systemClock, block),
  );
  assert.equal([delivery.count, service.count], [400, 400]);
});

test.run();
