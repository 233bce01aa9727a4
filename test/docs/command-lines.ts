import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../../bin/command.ts';
import { parseFlags } from '../../bin/flags.ts';
import { selectScenarios } from '../../bin/select.ts';
import { loadScenario } from '../../config/load-scenario.ts';
import { messageOf } from '../../core/error.ts';
import { blocksOf, root, spansOf } from './markdown.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: { readonly [name: string]: string };
};

/** What npm does without a script. */
const ownCommands = ['ci', 'install', 'i', 'pack', 'exec', 'init', 'ls'];
/** Scripts that npm runs without `run`. */
const shortScripts = ['start', 'test'];
/** Stands for something of the reader's: FOLDER, results/FOLDER, NAME, my.yaml, ./my-bus.ts. */
const placeholder = /(^|[/.])[A-Z][A-Z_]+(\.|$)|(^|\/)(my|mine)\b/;

/** The command lines that a page tells its reader to type: in its blocks, and in code spans that are a whole command. */
export function commandsIn(text: string): readonly string[] {
  const shell = blocksOf(text).filter(({ language }) => ['', 'bash', 'sh', 'console'].includes(language));
  const lines = shell.flatMap(({ body }) => body.replaceAll(/\s*\\\n\s*/g, ' ').split('\n'));
  return [...lines, ...spansOf(text)]
    .map((line) => line.replace(/^\s*\$\s+/, '').replace(/(^|\s)#.*$/, ''))
    .flatMap((line) => line.split(/&&|\|\||;|\|/))
    .map((line) => line.trim().replace(/^([A-Z_]+=\S*\s+)+/, ''))
    .filter((line) => /^(npx\s+)?(testbed|npm|node)\s/.test(line) && !isSynopsis(line));
}

/** `testbed run [FILE...]` says what can be typed; nobody types it. */
function isSynopsis(line: string): boolean {
  return /[[\]<>]|\.\.\.|COMMAND/.test(line);
}

/** What is wrong with a command line, found without running it; null when nothing is. */
export async function flawOf(line: string): Promise<string | null> {
  const [program, ...words] = line.replace(/^npx\s+/, '').split(/\s+/) as [string, ...string[]];
  if (program === 'testbed') return testbedFlaw(words);
  return program === 'npm' ? npmFlaw(words) : nodeFlaw(words);
}

async function npmFlaw([verb = '', ...words]: readonly string[]): Promise<string | null> {
  if (ownCommands.includes(verb)) return null;
  const [name = '', ...rest] = verb === 'run' ? words : [verb, ...words];
  if (verb !== 'run' && !shortScripts.includes(verb)) return `npm has no command ${verb}`;
  const script = scripts[name];
  if (script === undefined) return `package.json has no script ${name}`;
  if (rest.length > 0 && rest[0] !== '--') return `npm keeps ${rest[0]} for itself: -- is missing`;
  const testbed = /^node bin\/testbed\.js ?(.*)$/.exec(script);
  if (testbed === null) return null;
  const own = (testbed[1] ?? '').split(' ').filter((word) => word !== '');
  return testbedFlaw([...own, ...rest.slice(1)]);
}

function nodeFlaw(words: readonly string[]): string | null {
  const file = words.find((word) => !word.startsWith('-'));
  if (file === undefined || placeholder.test(file) || existsSync(join(root, file))) return null;
  return `there is no file ${file}`;
}

async function testbedFlaw([name = '', ...words]: readonly string[]): Promise<string | null> {
  if (name.startsWith('-')) return null;
  const file = join(root, 'bin', 'commands', `${name}.ts`);
  if (!existsSync(file)) return `testbed has no command ${name}`;
  if (words.includes('--help')) return null;
  const command = ((await import(file)) as { readonly [name: string]: Command })[name] as Command;
  try {
    const flags = parseFlags(command, words);
    if (name === 'run') selectScenarios(parseFlags(command, withoutPlaceholders(words)));
    if (name === 'validate') {
      for (const scenario of flags.positional.filter((word) => !placeholder.test(word)))
        loadScenario(scenario, { profile: 'full', env: process.env });
    }
    return name === 'list' ? listFlaw(command.usage, flags.positional[0]) : null;
  } catch (error) {
    return messageOf(error);
  }
}

/** The same without what only the reader can fill in: files and names that need not exist here, and their flags. */
function withoutPlaceholders(words: readonly string[]): readonly string[] {
  const open = (word: string | undefined): boolean => word !== undefined && placeholder.test(word);
  return words.filter((word, index) => !open(word) && !(word.startsWith('--') && open(words[index + 1])));
}

/** What there is to list stands in the command's own usage. */
function listFlaw(usage: string, kind: string | undefined): string | null {
  const kinds: readonly string[] = usage.match(/\w+/g) ?? [];
  return kind === undefined || kinds.includes(kind) ? null : `testbed lists no ${kind}`;
}
