import type { Journal } from '../../chaos/journal.ts';

/** For faults that end with the test's process: nothing has to be known after it. */
export const noJournal: Journal = { note: () => 0, done: () => undefined };
