import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/error.ts';

/** Longer than any of our servers takes to end, in ms. */
const longestMs = 20_000;

/** What was opened, so that it can be closed in reverse: always, each step for itself, failures reported and not fatal. */
export class UndoStack {
  readonly #steps: { readonly what: string; readonly undo: () => Promise<unknown> }[] = [];

  push(what: string, undo: () => Promise<unknown>): void {
    this.#steps.push({ what, undo });
  }

  /**
   * Undoes everything, last first. Resolves to what failed, as sentences; never rejects. By a clock, a step that does
   * not end has failed as well, and the others are not kept waiting. Calling it again does nothing.
   */
  async run(clock?: Clock): Promise<readonly string[]> {
    const failures: string[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await (clock === undefined ? step.undo() : inTime(step.undo(), clock));
      } catch (error) {
        failures.push(`${step.what}: ${messageOf(error)}`);
      }
    }
    return failures;
  }
}

function inTime(work: Promise<unknown>, clock: Clock): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`still under way after ${longestMs / 1000} s`));
    const cancel = clock.after(longestMs, late);
    work.then(resolve, reject).finally(cancel);
  });
}
