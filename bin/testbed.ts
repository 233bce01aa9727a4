import { readFileSync } from 'node:fs';
import { didYouMean } from '../config/did-you-mean.ts';
import { isTestbedError, messageOf, TestbedError } from '../core/error.ts';
import type { Command } from './command.ts';
import { findUp } from './find-up.ts';
import { parseFlags } from './flags.ts';
import { commandHelp, overview } from './help.ts';

/** Each command is loaded when it is asked for: `--help` must not wait for a database client. */
const commands: {
  readonly [name: string]: { readonly what: string; readonly load: () => Promise<Command> };
} = {
  run: {
    what: 'Plays scenarios on stacks and prints what was measured, judged and checked',
    load: async () => (await import('./commands/run.ts')).run,
  },
  validate: {
    what: 'Reads scenario files and says what is wrong with them; starts nothing',
    load: async () => (await import('./commands/validate.ts')).validate,
  },
  list: {
    what: 'Lists scenarios, suites, stacks, adapters, metrics, checks or formats',
    load: async () => (await import('./commands/list.ts')).list,
  },
  show: {
    what: 'Prints the results of an earlier run again, in any format',
    load: async () => (await import('./commands/show.ts')).show,
  },
  doctor: {
    what: 'Looks at this machine and says what will work here and how well',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
};

export function version(): string {
  const file = findUp('package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Runs one command line. Resolves to its exit code; never rejects. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv);
  } catch (error) {
    return report(error);
  }
}

async function dispatch([name, ...rest]: readonly string[]): Promise<number> {
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const isHelp =
    name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0);
  if (isHelp) {
    const listed = Object.entries(commands).map(([command, { what }]) => ({ name: command, what }));
    process.stdout.write(overview(version(), listed));
    return name === undefined ? 3 : 0;
  }
  const wanted = name === 'help' ? (rest[0] as string) : name;
  const entry = Object.hasOwn(commands, wanted) ? commands[wanted] : undefined;
  if (entry === undefined) {
    const names = Object.keys(commands);
    const message = `unknown command "${wanted}"${didYouMean(wanted, names)} (allowed: ${names.join(', ')})`;
    throw new TestbedError('INVALID_CONFIG', message);
  }
  const command = await entry.load();
  if (name === 'help' || rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  return command.run(parseFlags(command, rest));
}

/** One clear message for a person; a stack trace only for what is our own fault. */
function report(error: unknown): number {
  const code = exitCodeFor(error);
  const own = code === 4 && !isTestbedError(error) && !isSystemError(error);
  process.stderr.write(`testbed: ${messageOf(error)}\n`);
  if (own && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return code;
}

function exitCodeFor(error: unknown): number {
  if (isTestbedError(error, 'INTERRUPTED')) return 130;
  const named = error as { readonly code?: unknown };
  if (isTestbedError(error, 'INVALID_CONFIG') || named?.code === 'INVALID_RECORD') return 3;
  return 4;
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
