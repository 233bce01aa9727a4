import { TestbedError } from '../../core/error.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { decorateSystem, everyNth } from './decorate.ts';

/** A core that takes the first refusal of the bus for good: from then on it refuses every `every`-th publish by itself. */
export function neverComesBack(sut: SystemUnderTest, every = 5): SystemUnderTest {
  const refuses = everyNth(every);
  let broken = false;
  return decorateSystem(sut, {
    events: {
      async publish(events) {
        if (broken && refuses()) throw new TestbedError('UNAVAILABLE', 'the bus was unavailable once');
        try {
          await sut.events.publish(events);
        } catch (error) {
          broken = true;
          throw error;
        }
      },
    },
  });
}
