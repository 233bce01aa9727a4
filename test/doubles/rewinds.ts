import type { Bus } from '../../core/bus.ts';
import type { Message } from '../../core/message.ts';
import { decorateBus, everyNth } from './decorate.ts';

/** A bus that, at every `every`-th batch, takes its subscriber back to where it was so many messages ago, and goes on from there. */
export function rewinds(bus: Bus, every = 50, by = 30): Bus {
  return {
    publish: (channel, messages) => bus.publish(channel, messages),
    subscribe(channel, options, handler) {
      const back = everyNth(every);
      let latest: readonly Message[] = [];
      const rewinding = decorateBus(bus, {
        async deliver(messages, hand) {
          latest = [...latest, ...messages].slice(-by);
          await hand(messages);
          if (back()) await hand(latest);
        },
      });
      return rewinding.subscribe(channel, options, handler);
    },
  };
}
