import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import type { Message } from '../../core/message.ts';
import { decorateBus } from './decorate.ts';

/** A bus that loses nothing and keeps every order, but hands over everything `lateMs` later than it could. */
export function delays(bus: Bus, clock: Clock, lateMs: number): Bus {
  return decorateBus(bus, {
    deliver(messages: readonly Message[], handler) {
      clock.after(lateMs, () => void handler(messages));
    },
  });
}
