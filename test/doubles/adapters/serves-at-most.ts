/** A bus with a hard limit that is known: it takes in so many messages a second, one after the other, and not one more. */
import type { BusAdapter } from '../../../adapters/adapter.ts';
import { memoryBus } from '../../../adapters/memory/index.ts';
import { systemClock } from '../../../core/clock.ts';
import { decorateBus } from '../decorate.ts';

const options = {
  perS: {
    default: 2000,
    min: 1,
    max: 1_000_000,
    meaning: 'messages taken in a second, of all channels together',
  },
} as const;

export const bus: BusAdapter = {
  ...memoryBus,
  name: 'serves-at-most',
  options,
  async open(place) {
    const { clock = systemClock, options: given = {} } = place;
    const perS = Number(given['perS'] ?? options.perS.default);
    const { port, close, facts } = await memoryBus.open({ ...place, options: {} });
    /** When what was taken in so far will have been served. */
    let freeAtMs = 0;
    let served = Promise.resolve();
    /** A timer is never earlier than a millisecond: what is due by then goes at once, or the timer would be the limit. */
    const at = async (dueMs: number): Promise<void> => {
      const inMs = dueMs - clock.now();
      if (inMs >= 1) await clock.sleep(inMs);
    };
    return {
      facts: { ...facts, perS },
      close,
      port: decorateBus(port, {
        publish(messages, forward) {
          freeAtMs = Math.max(freeAtMs, clock.now()) + (1000 * messages.length) / perS;
          const dueMs = freeAtMs;
          const turn = served.then(() => at(dueMs)).then(() => forward(messages));
          served = turn.then(
            () => {},
            () => {},
          );
          return turn;
        },
      }),
    };
  },
};
