import type { Bus } from '../../core/bus.ts';
import { decorateBus, everyNth } from './decorate.ts';

/** A bus that acknowledges everything and loses one message in `every`. */
export function dropsOneIn(bus: Bus, every = 1000): Bus {
  const drops = everyNth(every);
  return decorateBus(bus, {
    publish: (messages, forward) => forward(messages.filter(() => !drops())),
  });
}
