import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { TestbedError } from '../error.ts';
import type { AgentEvent } from '../event.ts';

/** Where an outbox keeps what waits in it. */
export interface OutboxKeep {
  /** What is kept here is there for the next life. */
  readonly outlives: boolean;
  /** What an earlier life has left untold, the oldest first. */
  readonly left: readonly AgentEvent[];
  /** Kept when this returns. */
  add(events: readonly AgentEvent[]): void;
  /** So many of the oldest wait no longer; these still do. */
  told(count: number, waiting: readonly AgentEvent[]): void;
  close(): void;
}

/** They wait in memory alone, and end with it. */
export const inMemory: OutboxKeep = {
  outlives: false,
  left: [],
  add: () => {},
  told: () => {},
  close: () => {},
};

/** A file that is never empty is written anew, with what waits alone, once it is so long. */
const longestBytes = 32 * 1024 * 1024;

/**
 * A file of one node: a line for events that came, a number for how many of the oldest wait no longer. What is written is the
 * kernel's: it outlives the process, killed or not, but not the machine.
 */
export class OutboxFile implements OutboxKeep {
  readonly outlives = true;
  readonly left: readonly AgentEvent[];
  readonly #path: string;
  #file: number;
  #bytes = 0;

  /** CORRUPT when there is such a file already, and it is none of an outbox. */
  constructor(path: string) {
    this.#path = path;
    this.left = existsSync(path) ? readLeft(path) : [];
    this.#file = this.#begin(this.left);
  }

  add(events: readonly AgentEvent[]): void {
    this.#write(events);
  }

  told(count: number, waiting: readonly AgentEvent[]): void {
    if (waiting.length === 0) {
      ftruncateSync(this.#file);
      this.#bytes = 0;
    } else if (this.#bytes < longestBytes) this.#write(count);
    else {
      closeSync(this.#file);
      this.#file = this.#begin(waiting);
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(line: readonly AgentEvent[] | number): void {
    this.#bytes += writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  /** A file with these alone takes the place of what was there, all at once. */
  #begin(events: readonly AgentEvent[]): number {
    const text = events.length === 0 ? '' : `${JSON.stringify(events)}\n`;
    writeFileSync(`${this.#path}.new`, text, { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
    this.#bytes = Buffer.byteLength(text);
    return openSync(this.#path, 'a');
  }
}

/** What waits in a file; a last line that was torn by the end of its process is none. */
function readLeft(path: string): readonly AgentEvent[] {
  const waiting: AgentEvent[] = [];
  let told = 0;
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  for (const [index, line] of lines.entries()) {
    const read = readLine(line);
    if (typeof read === 'number') told += read;
    else if (read !== null) waiting.push(...read);
    else throw new TestbedError('CORRUPT', `${path}:${index + 1}: no line of an outbox`);
  }
  return waiting.slice(told);
}

function readLine(line: string): readonly AgentEvent[] | number | null {
  try {
    const read: unknown = JSON.parse(line);
    if (Array.isArray(read) || Number.isSafeInteger(read)) return read as AgentEvent[] | number;
  } catch {
    // Told by the caller, with its place.
  }
  return null;
}
