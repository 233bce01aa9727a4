import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Clock } from '../../core/clock.ts';
import type { Change, ControlEntry, Outcome } from '../run/control-log.ts';

type Line =
  | { readonly call: number; readonly calledMs: number; readonly changes: readonly Change[] }
  | { readonly call: number; readonly atMs: number; readonly outcomes: readonly Outcome[] };

/**
 * The changes of stored agents that one life of a node asks for, written down before they are made and again when they are
 * answered: by the time that the kernel ends the process with SIGKILL it has the line, and what has no answer is known to
 * have been asked for.
 */
export class ChangesFile {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #file: number;
  #lastUs = -1;
  #calls = 0;

  /** `startMs`: when the cell began, in Clock milliseconds. */
  constructor(clock: Clock, path: string, startMs: number) {
    this.#clock = clock;
    this.#startMs = startMs;
    this.#file = openSync(path, 'a');
  }

  /** As `ControlLog.begin`. */
  begin(changes: readonly Change[]): (answer: (change: Change) => Outcome) => void {
    const call = ++this.#calls;
    this.#write({ call, calledMs: this.#moment(), changes });
    return (answer) => this.#write({ call, atMs: this.#moment(), outcomes: changes.map(answer) });
  }

  close(): void {
    closeSync(this.#file);
  }

  #moment(): number {
    const elapsedUs = Math.round((this.#clock.now() - this.#startMs) * 1000);
    this.#lastUs = Math.max(elapsedUs, this.#lastUs + 1);
    return this.#lastUs / 1000;
  }

  #write(line: Line): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

/** What one life of a node has asked for; what it had no answer to when it ended is unknown. */
export function readChanges(path: string): readonly ControlEntry[] {
  if (!existsSync(path)) return [];
  const entries: ControlEntry[] = [];
  const open = new Map<number, Extract<Line, { readonly changes: unknown }>>();
  let lastMs = 0;
  // A last line that was cut short is what was being written when it ended: not asked for yet, or not answered.
  for (const text of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const line = JSON.parse(text) as Line;
    if ('changes' in line) {
      open.set(line.call, line);
      lastMs = line.calledMs;
      continue;
    }
    const { calledMs, changes } = open.get(line.call) as { calledMs: number; changes: readonly Change[] };
    open.delete(line.call);
    lastMs = line.atMs;
    const { atMs, outcomes } = line;
    for (const [index, change] of changes.entries())
      entries.push({ atMs, calledMs, ...change, outcome: outcomes[index] ?? 'unknown' });
  }
  for (const { calledMs, changes } of open.values())
    for (const change of changes) entries.push({ atMs: lastMs, calledMs, ...change, outcome: 'unknown' });
  return entries;
}
