import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { busAdapterNames, storageAdapterNames } from '../../adapters/table.ts';
import { didYouMean } from '../../config/did-you-mean.ts';
import { TestbedError } from '../../core/error.ts';
import type { Command } from '../command.ts';
import { explain } from '../error-text.ts';
import { findUp } from '../find-up.ts';
import { makeFolder } from '../results-folder.ts';
import { version } from '../version.ts';

export const init: Command = {
  name: 'init',
  usage: 'adapter NAME',
  what: 'Writes a working adapter to start from into a new folder: a bus and a storage in memory, their test, and what to do next.',
  positional: { least: 2, most: 2 },
  flags: [{ name: 'output', value: 'DIR', what: 'where the folder NAME is made; default here' }],
  examples: [
    ['testbed init adapter my-bus', 'the folder my-bus here, which is a stack at once: --stacks ./my-bus'],
    ['testbed init adapter my-bus --output adapters', 'in another folder, made where it is missing'],
  ],
  async run(flags) {
    const [kind = '', name = ''] = flags.positional;
    if (kind !== 'adapter') {
      throw wrong(`unknown kind "${kind}"${didYouMean(kind, ['adapter'])} (allowed: adapter)`);
    }
    checkName(name);
    const folder = resolve(flags.text('output') ?? '.', name);
    writeAdapter(folder, { __NAME__: name, __VERSION__: version() });
    process.stdout.write(nextSteps(folder));
    return 0;
  },
};

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
  const templates = join(dirname(findUp('package.json')), 'templates', 'adapter');
  makeNew(folder);
  try {
    for (const template of readdirSync(templates)) {
      const text = readFileSync(join(templates, template), 'utf8');
      const filled = text.replaceAll(/__[A-Z]+__/g, (word) => words[word] ?? word);
      writeFileSync(join(folder, renamed[template] ?? template), filled, { flag: 'wx' });
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
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw wrong(`${shown(folder)} exists already; nothing was written`);
    }
    throw unwritable(folder, error);
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

function shown(folder: string): string {
  const near = relative(process.cwd(), folder);
  return near.startsWith('..') ? folder : `./${near}`;
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}

function unwritable(folder: string, cause: unknown): TestbedError {
  return new TestbedError('UNAVAILABLE', `nothing can be written there: ${explain(cause).text || folder}`, {
    cause,
  });
}
