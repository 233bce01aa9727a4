import type { Clock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import { lifeOf } from '../../core/nodes/life.ts';
import type { Row } from '../ledger/row.ts';
import type { Tally } from '../measure/tally.ts';

/** Sees the lifecycle events that orchestrators themselves send: producer 0, or one of a node's own. */
export type LifecycleWitness = (event: AgentEvent) => void;

/** Whether what a producer publishes comes in by the node at which a subscriber is; null: by several, one after another. */
export type Near = (producer: number) => boolean | null;

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
  /** Null: there is one node. */
  readonly #near: Near | null;
  /** Of the batch at hand: deliveries that are part of the measured time, and the sum of what they took. */
  #measured = 0;
  #sumMs = 0;

  constructor(
    row: Row,
    clock: Clock,
    tally: Tally,
    witness: LifecycleWitness | null,
    near: Near | null = null,
  ) {
    this.row = row;
    this.tally = tally;
    this.#clock = clock;
    this.#witness = witness;
    this.#near = near;
  }

  readonly handle = (events: readonly AgentEvent[]): void => {
    const { row, tally } = this;
    const { originals } = row;
    const { event_service_ms: service } = tally.latencies;
    const now = this.#clock.now();
    // Neighbours that were due together, or sent together, took equally long and are recorded together.
    let due = Number.NaN;
    let dueTimes = 0;
    let dueNear: boolean | null = null;
    let sent = Number.NaN;
    let sentDue = Number.NaN;
    let sentTimes = 0;
    let looked = Number.NaN;
    let sampled = false;
    let calls = 0;
    this.#measured = 0;
    this.#sumMs = 0;
    for (let index = 0; index < events.length; index++) {
      const event = events[index] as AgentEvent;
      if (event.producer === 0 || lifeOf(event.producer) !== null) {
        this.#witness?.(event);
        continue;
      }
      const owed = row.mark(event.producer - 1, event.sequence, event.key);
      if (event.sentAt !== looked) {
        looked = event.sentAt;
        sampled = originals.isSampled(looked);
      }
      if (sampled) row.compare(event);
      calls++;
      if (!owed) continue;
      const near = this.#near === null ? null : this.#near(event.producer);
      if (event.at !== due || near !== dueNear) {
        if (dueTimes > 0) this.#note(now, due, dueTimes, dueNear);
        due = event.at;
        dueTimes = 0;
        dueNear = near;
      }
      dueTimes++;
      if (event.sentAt !== sent) {
        if (sentTimes > 0) service.record(now - sent, sentDue, sentTimes);
        sent = event.sentAt;
        sentDue = due;
        sentTimes = 0;
      }
      sentTimes++;
    }
    this.calls += calls;
    if (dueTimes === 0) return;
    this.#note(now, due, dueTimes, dueNear);
    service.record(now - sent, sentDue, sentTimes);
    tally.windows.add('deliveries', now, this.#measured);
    tally.windows.add('delivery_ms', now, this.#sumMs);
  };

  /** Notes deliveries of what was due at `due`. What was due before the measured time is in none of its numbers. */
  #note(now: number, due: number, times: number, near: boolean | null): void {
    const { latencies, fromMs } = this.tally;
    latencies.event_delivery_ms.record(now - due, due, times);
    if (near === true) latencies.event_delivery_same_node_ms.record(now - due, due, times);
    if (near === false) latencies.event_delivery_cross_node_ms.record(now - due, due, times);
    if (!(due >= fromMs)) return;
    this.#measured += times;
    this.#sumMs += times * Math.max(0, now - due);
  }
}
