import { TestbedError } from '../../core/error.ts';
import type { Command, Flags } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { serverFlags } from '../given-servers.ts';
import { liveFlags } from '../live/watch-run.ts';
import { readPlan } from './plan-file.ts';

/** Says where results are and how, who looks on, or who else's servers are used: not what is played. Servers may hold passwords. */
const unkept = new Set([
  'resume',
  'output',
  'plan',
  'log',
  'log-level',
  ...[...serverFlags, ...liveFlags].map(({ name }) => name),
]);

/**
 * With `--resume`, the flags that the run was begun with, and over them those given now; alone those given now, when they
 * say themselves what is to be played. INVALID_CONFIG when another command began the folder.
 */
export function resumedFlags(command: Command, flags: Flags): Flags {
  const folder = flags.text('resume');
  if (folder === undefined) return flags;
  if (flags.has('output')) throw wrong('--resume goes on in the folder that it names: it takes no --output');
  const [name = '', ...words] = readPlan(folder).words;
  if (name !== command.name)
    throw wrong(`${folder} was begun by testbed ${name}, not by ${command.name}; ${goOnWith(name, folder)}`);
  if (flags.positional.length > 0 || flags.has('scenario') || flags.has('suite')) return flags;
  const begun = parseFlags(command, words);
  return {
    positional: begun.positional,
    has: (flag) => flags.has(flag) || begun.has(flag),
    text: (flag) => flags.text(flag) ?? begun.text(flag),
    list: (flag) => (flags.has(flag) ? flags.list(flag) : begun.list(flag)),
  };
}

/** The words that come to these flags, but for those that say nothing of what is played. */
export function wordsOf({ name, flags: known }: Command, flags: Flags): readonly string[] {
  const words = known
    .filter((flag) => flags.has(flag.name) && !unkept.has(flag.name))
    .flatMap((flag) => {
      if (flag.value === null) return [`--${flag.name}`];
      const values = flag.list ? flags.list(flag.name) : [flags.text(flag.name)];
      return values.map((value) => `--${flag.name}=${value}`);
    });
  return [name, ...words, ...(flags.positional.length > 0 ? ['--', ...flags.positional] : [])];
}

/** How a run that was interrupted is gone on with, for whoever reads it to type. */
export function goOnWith(name: string, folder: string): string {
  return `go on with: testbed ${name} --resume ${folder}`;
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
