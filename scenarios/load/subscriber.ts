import type { Clock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import type { Row } from '../ledger/row.ts';
import type { Tally } from '../measure/tally.ts';

/** Sees the lifecycle events that the orchestrator itself sends: producer 0. */
export type LifecycleWitness = (event: AgentEvent) => void;

/**
 * One event subscription of the load: notes in its own row what its own handler was called with, and how long each
 * event took from when it was due and from when it was sent. One clock reading per batch.
 */
export class Subscriber {
  readonly row: Row;
  /** How many events the handler was called with; counted apart from the ledger, to hold against it. */
  calls = 0;
  tally: Tally;
  readonly #clock: Clock;
  readonly #witness: LifecycleWitness | null;

  constructor(row: Row, clock: Clock, tally: Tally, witness: LifecycleWitness | null) {
    this.row = row;
    this.tally = tally;
    this.#clock = clock;
    this.#witness = witness;
  }

  readonly handle = (events: readonly AgentEvent[]): void => {
    const { row, tally } = this;
    const delivery = tally.latencies.event_delivery_ms;
    const service = tally.latencies.event_service_ms;
    const now = this.#clock.now();
    let sum = 0;
    let counted = 0;
    // Events of one batch were mostly sent together: their service times are recorded by runs.
    let runSentAt = Number.NaN;
    let runAt = 0;
    let run = 0;
    for (let index = 0; index < events.length; index++) {
      const event = events[index] as AgentEvent;
      const { producer, at, sentAt } = event;
      if (producer === 0) {
        this.#witness?.(event);
        continue;
      }
      row.mark(producer - 1, event.sequence);
      counted++;
      const ms = now - at;
      sum += ms;
      delivery.record(ms, at);
      if (sentAt !== runSentAt) {
        if (run > 0) service.record(now - runSentAt, runAt, run);
        runSentAt = sentAt;
        runAt = at;
        run = 0;
      }
      run++;
    }
    if (run > 0) service.record(now - runSentAt, runAt, run);
    if (counted > 0) {
      this.calls += counted;
      tally.windows.add('deliveries', now, counted);
      tally.windows.add('delivery_ms', now, sum);
    }
  };
}
