import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { TestbedError } from '../core/error.ts';
import type { UndoStep } from './undo-step.ts';

/** What a journal is called, beside the record of its cell. */
export const journalName = 'undo.ndjson';

/** Where it is written down, before a fault is injected, how to take it back; what was taken back is crossed out. */
export interface Journal {
  /** On disk, synced, when it returns; the number it is crossed out by. */
  note(undo: readonly UndoStep[]): number;
  done(noted: number): void;
}

/** What stands in a journal and is not crossed out. */
export interface JournalEntry {
  readonly number: number;
  readonly undo: readonly UndoStep[];
}

type Line = { readonly note: number; readonly undo: readonly UndoStep[] } | { readonly done: number };

/** A journal in a file, one line an entry. Nothing is written, and no file made, for what has no undo steps. */
export class JournalFile implements Journal {
  readonly path: string;
  #last = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** The journal of somebody who died: what he was writing then is cut off, so that more can be written. */
  static reopen(path: string): JournalFile {
    const text = readFileSync(path, 'utf8');
    truncateSync(path, Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)));
    return new JournalFile(path);
  }

  note(undo: readonly UndoStep[]): number {
    if (undo.length === 0) return 0;
    const note = ++this.#last;
    this.#write({ note, undo });
    return note;
  }

  done(noted: number): void {
    if (noted > 0) this.#write({ done: noted });
  }

  /** Takes the file away, unless something in it is still to be undone. */
  close(): void {
    if (existsSync(this.path) && readJournal(this.path).length === 0) rmSync(this.path);
  }

  /** Everything has been taken back in another way: with what it was done to. */
  discard(): void {
    rmSync(this.path, { force: true });
  }

  #write(line: Line): void {
    const file = openSync(this.path, 'a', 0o600);
    try {
      appendFileSync(file, `${JSON.stringify(line)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}

/**
 * What a journal has open, the latest first: the order in which it is to be undone. A last line that was cut short is what
 * was being written when its writer died, before anything was injected. INVALID_CONFIG for a file that is no journal.
 */
export function readJournal(path: string): readonly JournalEntry[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const open = new Map<number, JournalEntry>();
  for (const [index, text] of lines.entries()) {
    if (text === '') continue;
    const line = parse(text);
    if (line === null && index === lines.length - 1) continue;
    if (line === null)
      throw new TestbedError('INVALID_CONFIG', `${path}:${index + 1}: not a line of an undo journal`);
    if ('done' in line) open.delete(line.done);
    else open.set(line.note, { number: line.note, undo: line.undo });
  }
  return [...open.values()].reverse();
}

function parse(text: string): Line | null {
  try {
    const line = JSON.parse(text) as Partial<{ note: unknown; undo: unknown; done: unknown }> | null;
    if (typeof line?.done === 'number') return { done: line.done };
    const isNote = typeof line?.note === 'number' && Array.isArray(line.undo) && line.undo.every(isStep);
    return isNote ? (line as Line) : null;
  } catch {
    return null;
  }
}

/** Only what is a whole step is carried out. */
function isStep(value: unknown): value is UndoStep {
  const step = (value ?? {}) as { readonly [field: string]: unknown };
  switch (step['do']) {
    case 'signal':
      return (
        (step['signal'] === 'SIGCONT' || step['signal'] === 'SIGKILL') &&
        Number.isInteger(step['pid']) &&
        (step['pid'] as number) > 1 &&
        typeof step['birth'] === 'string' &&
        step['birth'] !== ''
      );
    case 'remove':
      return typeof step['path'] === 'string';
    case 'chmod':
      return typeof step['path'] === 'string' && Number.isInteger(step['mode']);
    default:
      return false;
  }
}
