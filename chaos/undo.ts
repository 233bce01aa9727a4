import { chmodSync, existsSync, rmSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { messageOf } from '../core/error.ts';
import { type JournalEntry, JournalFile, readJournal } from './journal.ts';
import { familyOf, readProcess } from './process/proc.ts';
import type { UndoStep } from './undo-step.ts';

/** What became of one step, in words. */
export interface Undone {
  readonly step: string;
  /** Null: it is undone, or there was nothing left to undo. */
  readonly problem: string | null;
  /** There was something left to undo. */
  readonly found: boolean;
}

/**
 * Takes back everything that a journal has open, the latest first, and crosses out what it could. Doing so twice does no
 * harm. Nothing outside the folder that the journal lies in is ever removed or changed.
 */
export function undoAll(journal: string): readonly Undone[] {
  const root = dirname(resolve(journal));
  const open = readJournal(journal);
  const file = JournalFile.reopen(journal);
  return open.flatMap((entry) => undoEntry(entry, root, file));
}

function undoEntry({ number, undo }: JournalEntry, root: string, journal: JournalFile): readonly Undone[] {
  const undone = undo.map((step): Undone => {
    try {
      return { step: describe(step), problem: null, found: undoStep(step, root) };
    } catch (error) {
      return { step: describe(step), problem: messageOf(error), found: true };
    }
  });
  if (undone.every(({ problem }) => problem === null)) journal.done(number);
  return undone;
}

/** Whether there was something to undo. */
function undoStep(step: UndoStep, root: string): boolean {
  if (step.do === 'signal') {
    const found = readProcess(step.pid);
    // Another process with that pid is none of ours, and one that has ended hears nothing.
    if (found?.birth !== step.birth || found.state === 'Z') return false;
    signalFamily(step.pid, step.signal);
    return true;
  }
  const path = resolve(step.path);
  if (!path.startsWith(root + sep)) throw new Error(`${path} lies outside ${root}`);
  if (!existsSync(path)) return false;
  if (step.do === 'remove') rmSync(path, { recursive: true, force: true });
  else chmodSync(path, step.mode);
  return true;
}

/** What it has started as well: what was stopped with it would stand still for ever, and not even hear that it has ended. */
function signalFamily(pid: number, signal: NodeJS.Signals): void {
  for (const member of familyOf(pid)) {
    try {
      process.kill(member, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function describe(step: UndoStep): string {
  return step.do === 'signal' ? `${step.signal} to ${step.pid}` : `${step.do} ${step.path}`;
}
