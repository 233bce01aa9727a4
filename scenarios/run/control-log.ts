import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import type { Agent, AgentStatus } from '../../core/agent.ts';
import type { Clock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import type { AgentRepository, Storage } from '../../core/storage.ts';

/** One thing that was done to one stored agent, as seen at the storage port; or what was said of it. */
export interface ControlEntry {
  /** Milliseconds since the cell started. */
  readonly atMs: number;
  /** `acknowledged`: its spawn was. `announced`: its start was seen by the first subscriber. */
  readonly operation: 'insert' | 'update' | 'remove' | 'acknowledged' | 'announced';
  readonly id: string;
  /** The version and status that were to be stored; absent for a removal. */
  readonly version?: number;
  readonly status?: AgentStatus;
  /** The number of the event that announced it. */
  readonly sequence?: number;
  /** `refused`: the store said no (a conflict, a duplicate). `unknown`: no answer, it may be stored or not. */
  readonly outcome: 'done' | 'refused' | 'unknown';
}

type Outcome = ControlEntry['outcome'];

/** Written at a time, in bytes: what has not been written yet is in the heap that the cell measures. */
const blockBytes = 8192;

/**
 * Every change of a stored agent, one by one, as NDJSON in a file: for the checks afterwards, and for whoever reads it
 * later. It grows on the disk and not in memory, which is being measured.
 */
export class ControlLog {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #stream: WriteStream;
  readonly #written: Promise<void>;
  #block = '';

  constructor(clock: Clock, path: string) {
    this.#path = path;
    this.#clock = clock;
    this.#startMs = clock.now();
    this.#stream = createWriteStream(path);
    this.#written = new Promise((resolve, reject) => {
      this.#stream.on('error', reject);
      this.#stream.on('finish', () => resolve());
    });
    // Whoever closes it is told; until then nobody waits.
    this.#written.catch(() => {});
  }

  note(operation: 'insert' | 'update', { id, version, status }: Agent, outcome: Outcome): void {
    this.#append({ atMs: this.#elapsed(), operation, id, version, status, outcome });
  }

  noteRemoval(id: string, outcome: Outcome): void {
    this.#append({ atMs: this.#elapsed(), operation: 'remove', id, outcome });
  }

  noteSpawn(id: string): void {
    this.#append({ atMs: this.#elapsed(), operation: 'acknowledged', id, outcome: 'done' });
  }

  noteStart(id: string, sequence: number): void {
    this.#append({ atMs: this.#elapsed(), operation: 'announced', id, sequence, outcome: 'done' });
  }

  #elapsed(): number {
    return Math.round((this.#clock.now() - this.#startMs) * 1000) / 1000;
  }

  #append(entry: ControlEntry): void {
    this.#block += `${JSON.stringify(entry)}\n`;
    if (this.#block.length >= blockBytes) this.#flush();
  }

  #flush(): void {
    if (!this.#stream.destroyed && !this.#stream.writableEnded) this.#stream.write(this.#block);
    this.#block = '';
  }

  /** Resolves once all of it is in the file; rejects when the file did not take it. Calling it again gives the same. */
  close(): Promise<void> {
    if (!this.#stream.writableEnded) {
      this.#flush();
      this.#stream.end();
    }
    return this.#written;
  }

  /** All entries in the order in which they were noted, from the file. After `close`. */
  async read(): Promise<readonly ControlEntry[]> {
    const entries: ControlEntry[] = [];
    let rest = '';
    for await (const chunk of createReadStream(this.#path, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) entries.push(JSON.parse(line));
    }
    return entries;
  }
}

/** The same storage, with every change of an agent noted as it passes. */
export function observeStorage(storage: Storage, log: ControlLog): Storage {
  const { agents } = storage;
  const observed: AgentRepository = {
    ...agents,
    get: (id) => agents.get(id),
    find: (filter, page) => agents.find(filter, page),
    count: (filter) => agents.count(filter),
    async insert(items) {
      const note = (outcome: Outcome): void => {
        for (const item of items) log.note('insert', item, outcome);
      };
      await noting(note, () => agents.insert(items));
      note('done');
    },
    async update(items) {
      const note = (outcome: Outcome): void => {
        for (const item of items) log.note('update', item, outcome);
      };
      const conflicts = await noting(note, () => agents.update(items));
      const refused = new Set(conflicts);
      for (const item of items) log.note('update', item, refused.has(item.id) ? 'refused' : 'done');
      return conflicts;
    },
    async remove(ids) {
      const note = (outcome: Outcome): void => {
        for (const id of ids) log.noteRemoval(id, outcome);
      };
      const removed = await noting(note, () => agents.remove(ids));
      note('done');
      return removed;
    },
  };
  return { agents: observed, swarms: storage.swarms, events: storage.events };
}

/** Does it; when it fails, notes first whether it certainly did not happen or may have. */
async function noting<T>(note: (outcome: Outcome) => void, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const certain = isTestbedError(error, 'DUPLICATE', 'UNAVAILABLE', 'FULL', 'CLOSED', 'INVALID_ARGUMENT');
    note(certain ? 'refused' : 'unknown');
    throw error;
  }
}
