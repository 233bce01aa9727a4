import type { Bus } from '../../core/bus.ts';
import type { Message } from '../../core/message.ts';
import { decorateBus, everyNth } from './decorate.ts';

/** A bus that hands over every `every`-th message of the load with something changed in it. */
export function corrupts(bus: Bus, change: Partial<Message>, every = 20): Bus {
  const changes = everyNth(every);
  return decorateBus(bus, {
    deliver: (messages, handler) =>
      handler(
        messages.map((message) => (message.producer > 0 && changes() ? { ...message, ...change } : message)),
      ),
  });
}
