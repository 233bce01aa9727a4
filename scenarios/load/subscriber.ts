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
    const { event_delivery_ms: delivery, event_service_ms: service } = tally.latencies;
    const now = this.#clock.now();
    let sum = 0;
    // Neighbours that were due together, or sent together, took equally long and are recorded together.
    let due = Number.NaN;
    let dueTimes = 0;
    let sent = Number.NaN;
    let sentDue = Number.NaN;
    let sentTimes = 0;
    let calls = 0;
    for (let index = 0; index < events.length; index++) {
      const event = events[index] as AgentEvent;
      if (event.producer === 0) {
        this.#witness?.(event);
        continue;
      }
      row.mark(event.producer - 1, event.sequence);
      calls++;
      if (event.at !== due) {
        if (dueTimes > 0) delivery.record(now - due, due, dueTimes);
        due = event.at;
        dueTimes = 0;
      }
      dueTimes++;
      sum += now - due;
      if (event.sentAt !== sent) {
        if (sentTimes > 0) service.record(now - sent, sentDue, sentTimes);
        sent = event.sentAt;
        sentDue = due;
        sentTimes = 0;
      }
      sentTimes++;
    }
    if (calls === 0) return;
    delivery.record(now - due, due, dueTimes);
    service.record(now - sent, sentDue, sentTimes);
    this.calls += calls;
    tally.windows.add('deliveries', now, calls);
    tally.windows.add('delivery_ms', now, sum);
  };
}
