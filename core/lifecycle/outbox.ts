import type { Clock } from '../clock.ts';
import { isTestbedError, TestbedError } from '../error.ts';
import type { AgentEvent } from '../event.ts';
import type { Random } from '../random.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import type { OutboxKeep } from './outbox-file.ts';

export interface OutboxParts {
  readonly publish: (events: readonly AgentEvent[]) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff: Backoff;
  /** Events that may wait. */
  readonly limit: number;
  /** What the bus may or may not have taken is sent again: rather twice than never. */
  readonly sweep: boolean;
  /** Events in one publish. */
  readonly batch: number;
  readonly keep: OutboxKeep;
  readonly report: (error: unknown, doing: string) => void;
}

/**
 * Events about what is stored already, on their way to the bus: in order, one publish at a time, and what comes in
 * meanwhile goes with the next. A bus that cannot be reached is tried again until it can; nobody waits for that,
 * until `limit` events do: then `ensureRoom` refuses, before anything is stored that could not be announced.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #stop = new AbortController();
  #waiting: AgentEvent[] = [];
  #drained: Promise<void> | null = null;
  /** Events that the bus refused for good, or may or may not have taken. */
  lost = 0;

  /** Tells first what an earlier life has left. */
  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#waiting = [...parts.keep.left];
    if (this.#waiting.length > 0) this.#drained = this.#drain();
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Throws OVERLOADED when nothing more can be announced for now. */
  ensureRoom(): void {
    if (this.#waiting.length >= this.#parts.limit)
      throw new TestbedError('OVERLOADED', `${this.#waiting.length} events wait for the bus already`);
  }

  add(events: readonly AgentEvent[]): void {
    for (const event of events) this.#waiting.push(event);
    this.#keep(() => this.#parts.keep.add(events));
    this.#drained ??= this.#drain();
  }

  /**
   * Resolves when all is with the bus, or `withinMs` are over: what waits then is for the next life where it is kept for it,
   * else given up and counted as lost.
   */
  async close(withinMs: number): Promise<void> {
    const cancel = this.#parts.clock.after(withinMs, () => this.#stop.abort());
    await this.#drained;
    cancel();
    this.#stop.abort();
    this.#parts.keep.close();
  }

  /** What cannot be kept waits in memory all the same. */
  #keep(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#parts.report(error, 'keeping lifecycle events that wait for the bus');
    }
  }

  async #drain(): Promise<void> {
    // What else is announced in this turn goes along.
    await null;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, this.#parts.batch);
      try {
        await this.#send(batch);
      } catch (error) {
        if (this.#stop.signal.aborted && this.#parts.keep.outlives) break;
        this.lost += batch.length;
        this.#parts.report(error, `announcing ${batch.length} lifecycle events`);
      }
      this.#waiting = this.#waiting.slice(batch.length);
      this.#keep(() => this.#parts.keep.told(batch.length, this.#waiting));
    }
    this.#drained = null;
  }

  async #send(batch: readonly AgentEvent[]): Promise<void> {
    const { publish, backoff, random, clock } = this.#parts;
    for (let attempt = 0; ; attempt++) {
      try {
        return await publish(batch.slice());
      } catch (error) {
        if (this.#stop.signal.aborted || !this.#isForNow(error)) throw error;
        if (attempt === 0) this.#parts.report(error, 'announcing lifecycle events, which is tried again');
        try {
          await clock.sleep(backoffMs(backoff, attempt, random), this.#stop.signal);
        } catch {
          throw error;
        }
      }
    }
  }

  /** Whether the bus may take it another time. */
  #isForNow(error: unknown): boolean {
    if (isTestbedError(error, 'UNAVAILABLE', 'FULL', 'OVERLOADED')) return true;
    return this.#parts.sweep && isTestbedError(error, 'TIMEOUT');
  }
}
