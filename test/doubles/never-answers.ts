import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { decorateSystem, everyNth } from './decorate.ts';

/** What a system may leave without an answer. */
export type Call = 'spawn' | 'pause' | 'complete' | 'subscribe' | 'publish';

/** A system that takes every `every`-th of these calls and never answers; all others it does as it should. */
export function neverAnswers(sut: SystemUnderTest, call: Call, every: number): SystemUnderTest {
  const silent = everyNth(every);
  const unless = <T>(named: Call, ours: boolean, answer: () => Promise<T>): Promise<T> =>
    named === call && ours && silent() ? new Promise<T>(() => {}) : answer();
  const isOurs = (id: string): boolean => id.includes('agent-');
  return decorateSystem(sut, {
    spawn: (orders) =>
      unless(
        'spawn',
        orders.every(({ id }) => isOurs(id)),
        () => sut.spawn(orders),
      ),
    pause: (id) => unless('pause', isOurs(id), () => sut.pause(id)),
    complete: (id, result) => unless('complete', isOurs(id), () => sut.complete(id, result)),
    events: { publish: (events) => unless('publish', true, () => sut.events.publish(events)) },
    messages: {
      subscribe: (topic, handler) =>
        unless('subscribe', isOurs(topic), () => sut.messages.subscribe(topic, handler)),
    },
  });
}
