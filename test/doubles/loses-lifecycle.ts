import type { Bus } from '../../core/bus.ts';
import { decorateBus, everyNth } from './decorate.ts';

/** A bus that loses nothing of the load, but every `every`-th of the orchestrator's own events, after it said it holds it. */
export function losesLifecycle(bus: Bus, every: number): Bus {
  const loses = everyNth(every);
  return decorateBus(bus, {
    publish: (messages, forward, channel) =>
      forward(channel !== 'events' ? messages : messages.filter(({ producer }) => producer > 0 || !loses())),
  });
}
