import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { decorateSystem } from './decorate.ts';

/** A healthy system that is asked for every pause and resume twice at once, as two callers would: one of them wins. */
export function asksTwice(sut: SystemUnderTest): SystemUnderTest {
  const twice = async (ask: () => Promise<unknown>): Promise<unknown> => {
    const answers = await Promise.allSettled([ask(), ask()]);
    const done = answers.find(({ status }) => status === 'fulfilled');
    if (done !== undefined) return done;
    throw (answers[0] as PromiseRejectedResult).reason;
  };
  return decorateSystem(sut, {
    pause: (id) => twice(() => sut.pause(id)),
    resume: (id) => twice(() => sut.resume(id)),
  });
}
