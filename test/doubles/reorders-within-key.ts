import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import type { Message } from '../../core/message.ts';
import { decorateBus, everyNth } from './decorate.ts';

/** How long the overtaken ones are held back, in ms. */
const heldMs = 20;

/** A bus that loses nothing, but lets every `every`-th message be overtaken by what comes after it. */
export function reordersWithinKey(bus: Bus, clock: Clock, every = 50): Bus {
  const overtaken = everyNth(every);
  return decorateBus(bus, {
    async deliver(messages, handler) {
      const late: Message[] = [];
      const rest: Message[] = [];
      for (const message of messages) (overtaken() ? late : rest).push(message);
      if (late.length > 0) clock.after(heldMs, () => void handler(late));
      if (rest.length > 0) await handler(rest);
    },
  });
}
