import type Database from 'better-sqlite3';
import { isTestbedError } from '../../core/error.ts';
import type { Store } from './database.ts';
import { translate } from './errors.ts';

/**
 * Notices what other connections commit. `PRAGMA data_version` changes exactly then, and reading it costs about a
 * microsecond: a page of shared memory, no file access. It never keeps the process alive.
 */
export class ForeignWrites {
  readonly #store: Store;
  readonly #pollMs: number;
  readonly #onChange: () => Promise<void>;
  readonly #version: Database.Statement;
  #seen: unknown;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(store: Store, pollMs: number, onChange: () => Promise<void>) {
    this.#store = store;
    this.#pollMs = pollMs;
    this.#onChange = onChange;
    this.#version = store.db.prepare('PRAGMA data_version').pluck();
  }

  /** From now on; calling it again does nothing. */
  watch(): void {
    if (this.#cancel !== undefined) return;
    this.#seen = this.#version.get();
    this.#cancel = this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #schedule(): () => void {
    return this.#store.clock.after(this.#pollMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    try {
      const version = this.#version.get();
      if (version !== this.#seen) await this.#onChange();
      this.#seen = version;
    } catch (error) {
      // A store in trouble may have changed: looked at again the next time.
      if (!isTestbedError(translate(error, this.#store.file))) throw error;
    }
    if (!this.#stopped) this.#cancel = this.#schedule();
  }
}
