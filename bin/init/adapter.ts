import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { busAdapterNames, storageAdapterNames } from '../../adapters/table.ts';
import { TestbedError } from '../../core/error.ts';
import { makeFolder } from '../results-folder.ts';
import { version } from '../version.ts';
import { exists, shown, templateOf, unwritable, writeNew } from './template.ts';

/** Writes a working adapter into the new folder `name`. Returns what to do next; INVALID_CONFIG for a bad name or a taken one. */
export function initAdapter(where: string, name: string): string {
  checkName(name);
  const folder = resolve(where, name);
  writeAdapter(folder, { __NAME__: name, __VERSION__: version() });
  return nextSteps(folder);
}

const longestName = 64;

function checkName(name: string): void {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name) || name.length > longestName) {
    throw wrong(`"${name}" is no name for an adapter (allowed: up to ${longestName} of a-z, 0-9 and -)`);
  }
  if ([...busAdapterNames, ...storageAdapterNames].includes(name)) {
    throw wrong(`"${name}" is one of ours; results could not tell yours from it`);
  }
}

/** Files that a published package of ours must not contain by their own name. */
const renamed: { readonly [template: string]: string } = { 'conformance-test.ts': 'conformance.test.ts' };

/** Writes all of it or nothing. Never into a folder that is there. */
function writeAdapter(folder: string, words: { readonly [placeholder: string]: string }): void {
  makeNew(folder);
  try {
    for (const [template, text] of templateOf('adapter')) {
      const filled = text.replaceAll(/__[A-Z]+__/g, (word) => words[word] ?? word);
      writeNew(join(folder, renamed[template] ?? template), filled);
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw unwritable(folder, error);
  }
}

function makeNew(folder: string): void {
  try {
    makeFolder(dirname(folder));
    mkdirSync(folder);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? exists(folder) : unwritable(folder, error);
  }
}

function nextSteps(folder: string): string {
  const path = shown(folder);
  return [
    `${path}: a bus and a storage in memory, whole as they are`,
    '',
    `  testbed conformance ${path}/index.ts`,
    '      every promise held against what is done',
    `  testbed compare --scenario smoke --stacks memory,${path} --iterations 1`,
    '      beside another stack',
    '',
    `What to change: ${path}/README.md`,
    '',
  ].join('\n');
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
