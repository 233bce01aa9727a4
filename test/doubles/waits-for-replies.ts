import type { Clock } from '../../core/clock.ts';
import type { StallTarget } from '../../scenarios/load/self-test.ts';

/**
 * A load generator with one request in flight, timed from when it goes out: while a reply is outstanding nothing is
 * sent, and what was due meanwhile is sent afterwards as if it were due only then. Coordinated omission, as known.
 */
export function waitsForReplies(target: StallTarget, clock: Clock): StallTarget {
  return (startMs, deliver) => {
    const publish = target(startMs, deliver);
    let before = Promise.resolve();
    return (events) => {
      before = before.then(() => {
        const nowMs = clock.now();
        return publish(events.map((event) => ({ ...event, at: nowMs, sentAt: nowMs })));
      });
      return before;
    };
  };
}
