import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { decorateSystem, everyNth } from './decorate.ts';

/** A core that loses every `every`-th message on its way to the agent. */
export function missesMessages(sut: SystemUnderTest, every = 20): SystemUnderTest {
  const lost = everyNth(every);
  return decorateSystem(sut, {
    messages: {
      subscribe: (pattern, handler) =>
        sut.messages.subscribe(pattern, (messages) => handler(messages.filter(() => !lost()))),
    },
  });
}
