/**
 * A gateway that is known to stand still, through the open-model drivers: what they say of it is what arithmetic says. Played at the
 * same time: the same stall without a way to it, and the same way without a stall, so that whatever else the machine does
 * happens to all of them.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Bus } from '../../core/bus.ts';
import { systemClock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import { gatewaySystem } from '../../scenarios/drivers/gateway-system.ts';
import {
  type KnownStall,
  measureStall,
  predictedDeliveryMs,
  queueingTarget,
  type StallMeasured,
} from '../../scenarios/load/self-test.ts';
import { gateways, type Site } from '../core/gateway/gateways.ts';

const stall: KnownStall = { everyMs: 1000, stallMs: 300, perS: 100, periods: 3 };
const percents = [50, 70, 75, 80, 90, 95, 99];
/** Of the histogram, and of a clock that is read twice. */
const resolutionMs = 1;

/** The load through a gateway whose bus takes nothing for the last `stallMs` of every period; without it, at once. */
async function through(
  driver: 'http' | 'websocket',
  known: KnownStall,
  stallMs: number,
): Promise<StallMeasured> {
  let startedMs = systemClock.now();
  const stalled = (bus: Bus): Bus => ({
    ...bus,
    async publish(channel, messages) {
      const insideMs = (systemClock.now() - startedMs) % known.everyMs;
      if (insideMs >= known.everyMs - stallMs) await systemClock.sleep(known.everyMs - insideMs);
      await bus.publish(channel, messages);
    },
  });
  const [site] = (await gateways(1, {}, stalled)) as [Site];
  const sut = await gatewaySystem({ url: site.url, driver, clock: systemClock });
  let heard = (_: readonly AgentEvent[]): void => {};
  await sut.events.subscribe({}, (events) => heard(events));
  const measured = await measureStall(known, systemClock, (startMs, deliver) => {
    startedMs = startMs;
    heard = deliver;
    return (events) => sut.events.publish(events);
  });
  await sut.close();
  await site.close();
  return measured;
}

for (const driver of ['http', 'websocket'] as const) {
  test(`${driver}: the percentiles of arithmetic, and on top the way`, async () => {
    const [measured, direct, calm] = await Promise.all([
      through(driver, stall, stall.stallMs),
      measureStall(stall, systemClock, queueingTarget(stall, systemClock)),
      through(driver, stall, 0),
    ]);
    assert.equal(
      [measured, direct, calm].map(({ delivery }) => delivery.count),
      [300, 300, 300],
    );
    const wayMs = calm.delivery.max;
    for (const percent of percents) {
      const expected = predictedDeliveryMs(stall, percent);
      const got = measured.delivery.percentile(percent);
      const told = `p${percent} ${got} ms, of ${expected}; without a way ${direct.delivery.percentile(percent)}, the way up to ${wayMs}`;
      // A busy machine makes it later; only a generator that waits for answers, or starts its clock at the send, makes it less.
      assert.ok(got >= expected - resolutionMs, told);
      assert.ok(got <= direct.delivery.percentile(percent) + wayMs + resolutionMs, told);
    }
  });
}

test.run();
