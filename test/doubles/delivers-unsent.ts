import type { Bus } from '../../core/bus.ts';
import { decorateBus, everyNth } from './decorate.ts';

/** A bus that hands over, with every `every`-th batch, a message that nobody sent. */
export function deliversUnsent(bus: Bus, every = 20): Bus {
  const invents = everyNth(every);
  return decorateBus(bus, {
    deliver(messages, handler) {
      const [first] = messages;
      if (first === undefined || first.producer === 0 || !invents()) return handler(messages);
      return handler([...messages, { ...first, sequence: first.sequence + 1_000_000 }]);
    },
  });
}
