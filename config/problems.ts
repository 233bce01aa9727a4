import { TestbedError } from '../core/error.ts';
import { printable } from './invalid.ts';

/** A place in a file as a person finds it: both numbers count from 1. */
export interface Mark {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface Problem {
  readonly at: Mark;
  readonly text: string;
}

/** More than this many at once help nobody. */
const shown = 10;
const longestPath = 100;

/**
 * What is wrong with a person's files, collected so that one reading shows all of it. One place has one problem: the
 * first that was found there, since later ones mostly follow from it.
 */
export class Problems {
  readonly #found = new Map<string, Problem>();

  /** `path` is where in the document, such as `workload.phases[0].for`; empty for the document itself. */
  add(at: Mark, path: string, what: string): void {
    const where = path.length > longestPath ? `${path.slice(0, longestPath - 3)}...` : path;
    const place = `${at.file}:${at.line}:${at.column}: ${where === '' ? '' : `${where}: `}`;
    if (!this.#found.has(place)) this.#found.set(place, { at, text: printable(`${place}${what}`) });
  }

  /** Adds what makes it useless to go on, and throws. */
  fail(at: Mark, path: string, what: string): never {
    this.add(at, path, what);
    throw this.#error();
  }

  /** Throws INVALID_CONFIG with one line a problem, first things first, if there is any. */
  throwIfAny(): void {
    if (this.#found.size > 0) throw this.#error();
  }

  #error(): TestbedError {
    const files = [...new Set([...this.#found.values()].map(({ at }) => at.file))];
    const sorted = [...this.#found.values()].sort(
      ({ at: a }, { at: b }) =>
        files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
    );
    const lines = sorted.slice(0, shown).map(({ text }) => text);
    if (sorted.length > shown) lines.push(`... and ${sorted.length - shown} more`);
    return new TestbedError('INVALID_CONFIG', lines.join('\n'));
  }
}
