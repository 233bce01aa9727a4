import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { TestbedError } from '../../core/error.ts';
import { explain } from '../error-text.ts';
import { findUp } from '../find-up.ts';

/** The files of a template by their names, each with its text. */
export function templateOf(kind: string): readonly (readonly [name: string, text: string])[] {
  const folder = join(dirname(findUp('package.json')), 'templates', kind);
  return readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
}

/** Writes a file that is not there. Throws what the system says; EEXIST where it is. */
export function writeNew(file: string, text: string): void {
  writeFileSync(file, text, { flag: 'wx' });
}

/** A path as somebody would type it here. */
export function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : `./${near}`;
}

export function exists(path: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', `${shown(path)} exists already; nothing was written`);
}

export function unwritable(path: string, cause: unknown): TestbedError {
  return new TestbedError('UNAVAILABLE', `nothing can be written there: ${explain(cause).text || path}`, {
    cause,
  });
}
