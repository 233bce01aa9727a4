import type { Bus } from '../../core/bus.ts';
import { decorateBus } from './decorate.ts';

/** A bus that knows only those subscribers of a channel that were there before its first `publishes` publishes. */
export function missesLateSubscribers(bus: Bus, publishes = 50): Bus {
  const counts = new Map<string, number>();
  const countOf = (channel: string): number => counts.get(channel) ?? 0;
  return decorateBus(bus, {
    publish(messages, forward, channel) {
      counts.set(channel, countOf(channel) + 1);
      return forward(messages);
    },
    admits: (channel) => countOf(channel) < publishes,
  });
}
