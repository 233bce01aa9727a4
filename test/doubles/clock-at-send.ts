import type { StallTarget } from '../../scenarios/load/self-test.ts';

/** A load generator that starts the clock when it gets round to sending: what held it up is forgotten. */
export function clockAtSend(target: StallTarget): StallTarget {
  return (startMs, deliver) => {
    const publish = target(startMs, deliver);
    return (events) => publish(events.map((event) => ({ ...event, at: event.sentAt })));
  };
}
