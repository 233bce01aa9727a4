import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import { decorateBus } from './decorate.ts';

/** A bus that does everything right, and takes so much longer to say that it holds a publish. */
export function slowerPublish(addedMs: number): (bus: Bus, clock: Clock) => Bus {
  return (bus, clock) =>
    decorateBus(bus, {
      async publish(messages, forward) {
        await clock.sleep(addedMs);
        await forward(messages);
      },
    });
}
