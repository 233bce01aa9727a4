import type { Ledger } from '../ledger/ledger.ts';
import type { SystemUnderTest } from '../sut.ts';

/** More numbers than this are not passed over at once: whoever says so is wrong. */
const mostAhead = 100_000;

/** Notes in the ledger that a producer has sent up to this number. */
export function reach(ledger: Ledger, producer: number, sequence: number): void {
  const sent = ledger.sent[producer];
  if (sent === undefined || !(sequence - sent <= mostAhead)) return;
  while ((ledger.sent[producer] as number) < sequence) ledger.next(producer);
}

/**
 * The same system; what arrives of producers from `firstProducer` on, who are another program, is noted as sent before a
 * subscriber is handed it. Whether they have really sent it is known when they have told of all that they sent.
 */
export function hearing(sut: SystemUnderTest, ledger: Ledger, firstProducer: number): SystemUnderTest {
  return {
    ...sut,
    events: {
      get dropped(): number {
        return sut.events.dropped ?? 0;
      },
      publish: (events) => sut.events.publish(events),
      subscribe: (filter, handler) =>
        sut.events.subscribe(filter, (events) => {
          for (const { producer, sequence } of events)
            if (producer > firstProducer) reach(ledger, producer - 1, sequence);
          return handler(events);
        }),
    },
  };
}
