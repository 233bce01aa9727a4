import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Handler, Offset } from '../core/bus.ts';
import type { Clock } from '../core/clock.ts';
import { isTestbedError } from '../core/error.ts';
import type { Message } from '../core/message.ts';

/** What one handler call is given. */
export interface Batch {
  readonly messages: readonly Message[];
  readonly offset: Offset;
}

/** Where a subscription's batches come from. */
export interface Source<B extends Batch> {
  /**
   * Acknowledges `done`, if there is one, and takes the next batch; null when there is none now, and then `wake` is
   * called once there may be. When it rejects it is called again with the same `done`.
   */
  next(done: B | null): B | null | Promise<B | null>;
  /** The subscription ends. `last` is in its hands; unless it was answered, others may have it. */
  end(last: B | null, answered: boolean): void | Promise<void>;
}

/** Messages handed over in one turn of the event loop before timers and I/O get theirs. */
const turnBudget = 2_000;
const firstPauseMs = 10;
const longestPauseMs = 1_000;

/**
 * Feeds one handler from one source: one batch at a time, each until it was answered, a batch that the handler threw
 * at again after a pause. It starts in a turn of its own, so that a publisher never runs a handler inside `publish`.
 */
export class Pump<B extends Batch> {
  readonly #source: Source<B>;
  readonly #handler: Handler;
  readonly #clock: Clock;
  #woken = false;
  #running = false;
  #stopping = false;
  #abandoned = false;
  #batch: B | null = null;
  #answered = false;
  #closing: Promise<void> | undefined;
  #stopped: (() => void) | undefined;
  #cutPause: (() => void) | undefined;

  constructor(source: Source<B>, handler: Handler, clock: Clock) {
    this.#source = source;
    this.#handler = handler;
    this.#clock = clock;
  }

  /** There may be something to take. */
  wake(): void {
    this.#woken = true;
    if (this.#running || this.#stopping) return;
    this.#running = true;
    setImmediate(this.#run);
  }

  /** Stops; resolves when no handler call is running and what was in hand is acknowledged or given back. */
  close(): Promise<void> {
    this.#stop();
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  /** Stops without touching the source again: it is about to go. A handler call still running is let go. */
  abandon(): void {
    this.#abandoned = true;
    this.#stop();
  }

  #stop(): void {
    this.#stopping = true;
    this.#cutPause?.();
  }

  async #finish(): Promise<void> {
    if (this.#running) {
      await new Promise<void>((resolve) => {
        this.#stopped = resolve;
      });
    }
    if (!this.#abandoned) await this.#source.end(this.#batch, this.#answered);
  }

  readonly #run = async (): Promise<void> => {
    let delivered = 0;
    while (this.#woken && !this.#stopping) {
      this.#woken = false;
      while (!this.#stopping) {
        const batch = await this.#take();
        if (batch === null || this.#stopping) break;
        await this.#deliver(batch);
        delivered += batch.messages.length;
        if (delivered < turnBudget) continue;
        delivered = 0;
        await nextTurn();
      }
    }
    this.#running = false;
    this.#stopped?.();
  };

  /** Our own errors are conditions that pass: they are said once and tried again. Anything else is a bug and propagates. */
  async #take(): Promise<B | null> {
    for (let attempt = 0; ; attempt++) {
      try {
        const batch = await this.#source.next(this.#batch);
        this.#batch = batch;
        this.#answered = false;
        return batch;
      } catch (error) {
        if (!isTestbedError(error)) throw error;
        if (this.#stopping) return null;
        if (attempt === 0) process.emitWarning(`delivery is held up: ${error.message}`, { code: error.code });
        await this.#pause(attempt);
      }
    }
  }

  async #deliver(batch: B): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      this.#answered = await this.#isAnswered(batch);
      if (this.#answered || this.#stopping) return;
      await this.#pause(attempt);
      if (this.#stopping) return;
    }
  }

  async #isAnswered({ messages, offset }: B): Promise<boolean> {
    try {
      await this.#handler(messages, offset);
      return true;
    } catch {
      return false;
    }
  }

  #pause(attempt: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(Math.min(firstPauseMs * 2 ** attempt, longestPauseMs), resolve);
      this.#cutPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
