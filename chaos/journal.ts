import type { UndoStep } from './undo-step.ts';

/** Where it is written down, before a fault is injected, how to take it back; what was taken back is crossed out. */
export interface Journal {
  /** On disk, synced, when it returns. */
  note(undo: readonly UndoStep[]): number;
  done(noted: number): void;
}

/** For faults that end with our process: nothing has to be known after it. */
export const noJournal: Journal = { note: () => 0, done: () => undefined };
