import { createWriteStream } from 'node:fs';
import type { Agent, AgentStatus } from '../../core/agent.ts';
import type { Clock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import type { AgentRepository, Storage } from '../../core/storage.ts';

/** One thing that was done to one stored agent, as seen at the storage port. */
export interface ControlEntry {
  /** Milliseconds since the cell started. */
  readonly atMs: number;
  readonly operation: 'insert' | 'update' | 'remove';
  readonly id: string;
  /** The version and status that were to be stored; absent for a removal. */
  readonly version?: number;
  readonly status?: AgentStatus;
  /** `refused`: the store said no (a conflict, a duplicate). `unknown`: no answer, it may be stored or not. */
  readonly outcome: 'done' | 'refused' | 'unknown';
}

type Outcome = ControlEntry['outcome'];

/** Every change of a stored agent, kept one by one: in memory for the checks, and as NDJSON for whoever reads later. */
export class ControlLog {
  readonly entries: ControlEntry[] = [];
  readonly #clock: Clock;
  readonly #startMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.now();
  }

  note(operation: ControlEntry['operation'], agent: Agent, outcome: ControlEntry['outcome']): void {
    const { id, version, status } = agent;
    this.entries.push({ atMs: this.#elapsed(), operation, id, version, status, outcome });
  }

  noteRemoval(id: string, outcome: ControlEntry['outcome']): void {
    this.entries.push({ atMs: this.#elapsed(), operation: 'remove', id, outcome });
  }

  #elapsed(): number {
    return Math.round((this.#clock.now() - this.#startMs) * 1000) / 1000;
  }

  /** Writes all entries, one JSON document a line. */
  write(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const stream = createWriteStream(path);
      stream.on('error', reject);
      stream.on('finish', () => resolve());
      let block = '';
      for (const entry of this.entries) {
        block += `${JSON.stringify(entry)}\n`;
        if (block.length < 65_536) continue;
        stream.write(block);
        block = '';
      }
      stream.end(block);
    });
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
