import { createReadStream, createWriteStream, type WriteStream, writeFileSync } from 'node:fs';
import type { AgentStatus } from '../../core/agent.ts';
import type { Clock } from '../../core/clock.ts';

/** One thing that was done to one stored agent, as seen at the storage port; or what was said of it. */
export interface ControlEntry {
  /** When it was answered, given up on or seen, in milliseconds since the cell started. */
  readonly atMs: number;
  /** When it was asked for; absent of what was only said. */
  readonly calledMs?: number;
  /** `acknowledged`: its spawn was. `announced`: its start was seen by the first subscriber. */
  readonly operation: 'insert' | 'update' | 'remove' | 'acknowledged' | 'announced';
  readonly id: string;
  /** The version and status that were to be stored; absent for a removal. */
  readonly version?: number;
  readonly status?: AgentStatus;
  /** Who was to own it; absent of one that nobody is to own, and of a removal. */
  readonly owner?: string;
  /** The node that asked for it, where there are several. */
  readonly node?: string;
  /** The number of the event that announced it, and the life of a node that it comes from, where there are several. */
  readonly sequence?: number;
  readonly life?: number;
  /**
   * `conflict`: the store compared, and found another version. `refused`: it was not carried out. `unknown`: no answer, it
   * may be stored or not, now or later.
   */
  readonly outcome: 'done' | 'conflict' | 'refused' | 'unknown';
}

export type Outcome = ControlEntry['outcome'];
export type ChangeLog = Pick<ControlLog, 'begin'>;
export type Change = Pick<ControlEntry, 'operation' | 'id' | 'version' | 'status' | 'owner'>;

/** Changes that were asked for together and have no answer yet. */
interface Call {
  readonly calledMs: number;
  readonly changes: readonly Change[];
}

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
  readonly #unanswered = new Set<Call>();
  #lastUs = -1;
  #block = '';
  /** What was noted elsewhere stands behind what came after it. */
  #mixed = false;

  /** `startMs`: when the cell began, in Clock milliseconds. */
  constructor(clock: Clock, path: string, startMs = clock.now()) {
    this.#path = path;
    this.#clock = clock;
    this.#startMs = startMs;
    this.#stream = createWriteStream(path);
    this.#written = new Promise((resolve, reject) => {
      this.#stream.on('error', reject);
      this.#stream.on('finish', () => resolve());
    });
    // Whoever closes it is told; until then nobody waits.
    this.#written.catch(() => {});
  }

  /** Notes that this is asked for now. The answer is given to what it returns, for each change; once, and not after `close`. */
  begin(changes: readonly Change[]): (answer: (change: Change) => Outcome) => void {
    const call = { calledMs: this.#moment(), changes };
    this.#unanswered.add(call);
    return (answer) => this.#end(call, answer);
  }

  #end(call: Call, answer: (change: Change) => Outcome): void {
    if (!this.#unanswered.delete(call)) return;
    const { calledMs, changes } = call;
    const atMs = this.#moment();
    for (const change of changes) this.#append({ atMs, calledMs, ...change, outcome: answer(change) });
  }

  noteSpawn(id: string): void {
    this.#append({ atMs: this.#moment(), operation: 'acknowledged', id, outcome: 'done' });
  }

  noteStart(id: string, sequence: number, life: number | null = null): void {
    const by = life === null ? { sequence } : { sequence, life };
    this.#append({ atMs: this.#moment(), operation: 'announced', id, ...by, outcome: 'done' });
  }

  /** Takes in what was noted elsewhere, on the same clock and from the same start. */
  add(entries: readonly ControlEntry[]): void {
    for (const entry of entries) this.#append(entry);
    this.#mixed ||= entries.length > 0;
  }

  /** Now, in ms to the microsecond; a moment of its own, so that of any two it can be told which came first. */
  #moment(): number {
    const elapsedUs = Math.round((this.#clock.now() - this.#startMs) * 1000);
    this.#lastUs = Math.max(elapsedUs, this.#lastUs + 1);
    return this.#lastUs / 1000;
  }

  #append(entry: ControlEntry): void {
    this.#block += `${JSON.stringify(entry)}\n`;
    if (this.#block.length >= blockBytes) this.#flush();
  }

  #flush(): void {
    if (!this.#stream.destroyed && !this.#stream.writableEnded) this.#stream.write(this.#block);
    this.#block = '';
  }

  /**
   * What has no answer yet is unknown. Resolves once all of it is in the file; rejects when the file did not take it.
   * Calling it again gives the same.
   */
  close(): Promise<void> {
    if (!this.#stream.writableEnded) {
      for (const call of this.#unanswered) this.#end(call, () => 'unknown');
      this.#flush();
      this.#stream.end();
    }
    return this.#written;
  }

  /** All entries in the order of their moments, from the file, which has them so as well from then on. After `close`. */
  async read(): Promise<readonly ControlEntry[]> {
    const entries: ControlEntry[] = [];
    let rest = '';
    for await (const chunk of createReadStream(this.#path, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) entries.push(JSON.parse(line));
    }
    if (!this.#mixed) return entries;
    entries.sort((a, b) => a.atMs - b.atMs);
    writeFileSync(this.#path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    return entries;
  }
}
