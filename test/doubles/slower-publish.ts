import type { Bus } from '../../core/bus.ts';
import { decorateBus } from './decorate.ts';

/** What it adds to every publish. */
export const addedMs = 2;

/** A bus that does everything right, and takes 2 ms longer to say that it holds a publish. */
export function slowerPublish(bus: Bus): Bus {
  return decorateBus(bus, {
    async publish(messages, forward) {
      await new Promise((done) => setTimeout(done, addedMs));
      await forward(messages);
    },
  });
}
