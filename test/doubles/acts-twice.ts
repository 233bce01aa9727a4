import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { decorateSystem, everyNth } from './decorate.ts';

/** A core that has an agent act on every `every`-th of its messages twice. */
export function actsTwice(sut: SystemUnderTest, every = 20): SystemUnderTest {
  const again = everyNth(every);
  return decorateSystem(sut, {
    messages: {
      subscribe: (pattern, handler) =>
        sut.messages.subscribe(pattern, (messages) => {
          for (const message of messages) handler(again() ? [message, message] : [message]);
        }),
    },
  });
}
