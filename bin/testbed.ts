import { didYouMean } from '../config/did-you-mean.ts';
import { isTestbedError, TestbedError } from '../core/error.ts';
import type { Command } from './command.ts';
import { explain, isRecordError } from './error-text.ts';
import { parseFlags } from './flags.ts';
import { withoutSecrets } from './given-servers.ts';
import { commandHelp, overview } from './help.ts';
import { version } from './version.ts';

/** Each command is loaded when it is asked for: `--help` must not wait for a database client. */
const commands: {
  readonly [name: string]: { readonly what: string; readonly load: () => Promise<Command> };
} = {
  run: {
    what: 'Plays scenarios on stacks and prints what was measured, judged and checked',
    load: async () => (await import('./commands/run.ts')).run,
  },
  compare: {
    what: 'Holds stacks against each other, in rounds, each as a multiple of the first',
    load: async () => (await import('./commands/compare.ts')).compare,
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
  report: {
    what: 'Writes a report of results, as a page or for other tools, from their records alone',
    load: async () => (await import('./commands/report.ts')).report,
  },
  conformance: {
    what: 'Holds an adapter to the conformance suites and says what fails and what that means',
    load: async () => (await import('./commands/conformance.ts')).conformance,
  },
  baseline: {
    what: 'Keeps results in a history, as the reference of later ones',
    load: async () => (await import('./commands/baseline.ts')).baseline,
  },
  gate: {
    what: 'Says whether something has become slower: PASS, DEGRADED, FAIL, or too few rounds to know',
    load: async () => (await import('./commands/gate.ts')).gate,
  },
  trend: {
    what: 'Says since when a metric of saved results is of another level, and by how much',
    load: async () => (await import('./commands/trend.ts')).trend,
  },
  recover: {
    what: 'Takes back what the faults of a run that was killed have left',
    load: async () => (await import('./commands/recover.ts')).recover,
  },
  serve: {
    what: 'Serves an orchestrator on a stack over HTTP and WebSocket',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  node: {
    what: 'Runs one of several orchestrators on a stack that they share',
    load: async () => (await import('./commands/node.ts')).node,
  },
  link: {
    what: 'Passes connections on to a server, over a link that any Toxiproxy client can make bad',
    load: async () => (await import('./commands/link.ts')).link,
  },
  init: {
    what: 'Writes a working adapter to start from, or what a build server runs',
    load: async () => (await import('./commands/init.ts')).init,
  },
  doctor: {
    what: 'Looks at this machine and says what will work here and how well',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
};

/** Runs one command line. Resolves to its exit code; never rejects. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name = ''] = argv;
  watchOutput();
  try {
    return await dispatch(argv);
  } catch (error) {
    const speaker = Object.hasOwn(commands, name) ? `testbed ${name}` : 'testbed';
    process.stderr.write(`${speaker}: ${withoutSecrets([explain(error).text])}\n`);
    return exitCodeFor(error);
  }
}

/** Whoever read our output may stop reading; output that cannot be written otherwise is a failure of its own. */
function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`testbed: the output cannot be written: ${explain(error).text}\n`);
    process.exit(4);
  });
}

async function dispatch([name, ...rest]: readonly string[]): Promise<number> {
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const asked = name === undefined || name === '--help' || name === '-h' || name === 'help';
  if (asked && rest.length === 0) {
    const listed = Object.entries(commands).map(([command, { what }]) => ({ name: command, what }));
    process.stdout.write(overview(version(), listed));
    return name === undefined ? 3 : 0;
  }
  const command = await loadCommand((asked ? rest[0] : name) as string);
  const words = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (asked || words.includes('--help') || words.includes('-h')) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  return command.run(parseFlags(command, rest));
}

function loadCommand(name: string): Promise<Command> {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry !== undefined) return entry.load();
  const names = Object.keys(commands);
  const message = `unknown command "${name}"${didYouMean(name, names)} (allowed: ${names.join(', ')})`;
  throw new TestbedError('INVALID_CONFIG', message);
}

function exitCodeFor(error: unknown): number {
  if (isTestbedError(error, 'INTERRUPTED')) return 130;
  return isTestbedError(error, 'INVALID_CONFIG') || isRecordError(error) ? 3 : 4;
}
