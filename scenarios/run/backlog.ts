import type { Clock } from '../../core/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Workload } from '../scenario.ts';
import type { Audience } from './audience.ts';

/** What became of a backlog. */
export interface BacklogSeen {
  readonly wanted: number;
  /** Events that the bus had acknowledged when consumers were let go. */
  readonly built: number;
  readonly withinMs: number;
  /** From then until all that had been sent was delivered to all; null when the time was up before. */
  readonly drainMs: number | null;
  /** Deliveries that were still owed of it in the end. */
  readonly left: number;
}

/** Often enough for a drain to be told to a few ms, and seldom enough to cost nothing. */
const lookMs = 2;

/**
 * Consumers that stand still until so many events wait for them, and what they then take to catch up, beside whatever
 * the load goes on with.
 */
export class Backlog {
  readonly #plan: NonNullable<Workload['backlog']>;
  readonly #audience: Audience;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #from: ArrayLike<number>;
  #drained: Promise<BacklogSeen> | null = null;

  /** Holds the audience from now on. `from`: the ledger's mark when the measured time began. */
  constructor(
    plan: NonNullable<Workload['backlog']>,
    parts: {
      readonly audience: Audience;
      readonly ledger: Ledger;
      readonly clock: Clock;
      readonly from: ArrayLike<number>;
    },
  ) {
    this.#plan = plan;
    this.#audience = parts.audience;
    this.#ledger = parts.ledger;
    this.#clock = parts.clock;
    this.#from = parts.from;
    this.#audience.hold();
  }

  /** Lets consumers go once there is enough. `acked`: events acknowledged in the measured time. */
  look(acked: number, signal: AbortSignal): void {
    if (acked >= this.#plan.events) this.#drained ??= this.#release(acked, signal);
  }

  /** Lets them go in any case, and waits until they have caught up or the time is up. */
  end(acked: number, signal: AbortSignal): Promise<BacklogSeen> {
    this.#drained ??= this.#release(acked, signal);
    return this.#drained;
  }

  async #release(built: number, signal: AbortSignal): Promise<BacklogSeen> {
    const { events: wanted, withinMs } = this.#plan;
    const until = this.#ledger.sent.slice();
    const owed = (): number => this.#ledger.count(this.#from, until).lostAcked;
    const releasedMs = this.#clock.now();
    this.#audience.release();
    let left = owed();
    while (left > 0 && !signal.aborted && this.#clock.now() < releasedMs + withinMs) {
      await this.#clock.sleep(lookMs);
      left = owed();
    }
    return { wanted, built, withinMs, left, drainMs: left === 0 ? this.#clock.now() - releasedMs : null };
  }
}
