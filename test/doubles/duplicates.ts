import type { Bus } from '../../core/bus.ts';
import { decorateBus, everyNth } from './decorate.ts';

/** A bus that hands every `every`-th batch over twice. */
export function duplicates(bus: Bus, every = 10): Bus {
  const again = everyNth(every);
  return decorateBus(bus, {
    async deliver(messages, handler) {
      await handler(messages);
      if (again()) await handler(messages);
    },
  });
}
