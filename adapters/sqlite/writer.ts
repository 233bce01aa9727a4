import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { TestbedError } from '../../core/error.ts';
import type { Store } from './database.ts';
import { isBusy, translate } from './errors.ts';
import { pauseMs } from './patience.ts';

interface Job {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly giveUpAtMs: number;
}

type Outcome = { readonly result: unknown } | { readonly error: unknown };

/** Bounds how long one transaction keeps the event loop. */
const jobsPerTransaction = 1_000;

/**
 * Group commit: what is written in one turn of the event loop shares one transaction, and each writer is answered
 * after it is committed. One whose own work fails does not take the others down. Transactions begin IMMEDIATE: one
 * that begins by reading is refused with BUSY at once, whatever the timeout, if somebody else wrote in between.
 */
export class Writer {
  readonly #store: Store;
  readonly #statements: { readonly [name in keyof typeof sql]: Database.Statement };
  #queue: Job[] = [];
  #running = false;
  #closed = false;
  #whenIdle: (() => void)[] = [];

  constructor(store: Store) {
    this.#store = store;
    const prepared = Object.entries(sql).map(([name, text]) => [name, store.db.prepare(text)]);
    this.#statements = Object.fromEntries(prepared);
  }

  /**
   * Runs `work` inside a transaction and resolves to its result once that is committed. `work` may be run more than
   * once: it changes nothing but the database.
   */
  write<T>(work: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new TestbedError('CLOSED', `${this.#store.file} is closed`));
    const { clock, busyTimeoutMs } = this.#store;
    const written = new Promise<unknown>((resolve, reject) => {
      this.#queue.push({ work, resolve, reject, giveUpAtMs: clock.now() + busyTimeoutMs });
    });
    if (!this.#running) {
      this.#running = true;
      setImmediate(this.#run);
    }
    return written as Promise<T>;
  }

  /** Resolves when all that was asked for is answered; nothing more is taken on. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  readonly #run = async (): Promise<void> => {
    for (let attempt = 0; this.#queue.length > 0; ) {
      const jobs = this.#queue.slice(0, jobsPerTransaction);
      if (this.#transact(jobs)) {
        this.#queue.splice(0, jobs.length);
        attempt = 0;
        await nextTurn();
      } else {
        this.#dropImpatient();
        await this.#store.clock.sleep(pauseMs(attempt++));
      }
    }
    this.#running = false;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  };

  /** One transaction; false when the lock is somebody else's and nothing was done. */
  #transact(jobs: readonly Job[]): boolean {
    const { begin, commit, rollback } = this.#statements;
    try {
      begin.run();
    } catch (error) {
      if (isBusy(error)) return false;
      answer(jobs, this.#all(jobs, error));
      return true;
    }
    let outcomes: readonly Outcome[];
    try {
      outcomes = this.#together(jobs) ?? this.#apart(jobs);
      commit.run();
    } catch (error) {
      if (!this.#isOver()) rollback.run();
      outcomes = this.#all(jobs, error);
    }
    answer(jobs, outcomes);
    return true;
  }

  /** All jobs, the fast way; null when one failed and all is undone again. */
  #together(jobs: readonly Job[]): readonly Outcome[] | null {
    const { mark, undo } = this.#statements;
    // One alone needs no mark: it is undone with the transaction.
    if (jobs.length > 1) mark.run();
    try {
      return jobs.map(({ work }) => ({ result: work() }));
    } catch (error) {
      if (jobs.length === 1 || this.#isOver()) throw error;
      undo.run();
      return null;
    }
  }

  /** Each job so that it can be undone by itself. */
  #apart(jobs: readonly Job[]): readonly Outcome[] {
    const { mark, undo, release } = this.#statements;
    return jobs.map(({ work }) => {
      mark.run();
      try {
        return { result: work() };
      } catch (error) {
        if (this.#isOver()) throw error;
        undo.run();
        return { error: translate(error, this.#store.file) };
      } finally {
        if (!this.#isOver()) release.run();
      }
    });
  }

  /** A store that is full or broken undoes the whole transaction itself. */
  #isOver(): boolean {
    return !this.#store.db.inTransaction;
  }

  #all(jobs: readonly Job[], error: unknown): readonly Outcome[] {
    const translated = translate(error, this.#store.file);
    return jobs.map(() => ({ error: translated }));
  }

  #dropImpatient(): void {
    const now = this.#store.clock.now();
    const { file, busyTimeoutMs } = this.#store;
    this.#queue = this.#queue.filter(({ giveUpAtMs, reject }) => {
      if (now < giveUpAtMs) return true;
      reject(
        new TestbedError('UNAVAILABLE', `sqlite ${file}: locked by another process for ${busyTimeoutMs} ms`),
      );
      return false;
    });
  }
}

const sql = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  mark: 'SAVEPOINT job',
  undo: 'ROLLBACK TO job',
  release: 'RELEASE job',
} as const;

function answer(jobs: readonly Job[], outcomes: readonly Outcome[]): void {
  jobs.forEach(({ resolve, reject }, index) => {
    const outcome = outcomes[index] as Outcome;
    if ('error' in outcome) reject(outcome.error);
    else resolve(outcome.result);
  });
}
