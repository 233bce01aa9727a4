/** Rounds in which a drill is broken off by SIGKILL, and what is left of it is looked for. */
import { globSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import {
  descendantsOf,
  findProcess,
  isAlive,
  type ProcessEntry,
} from '../../adapters/servers/process-table.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { type Ended, hasData, type Started, start, until } from '../bin/command-line.ts';
import { cellOf, commandOf } from '../bin/processes.ts';
import { drawDrill } from './drawn-drill.ts';

export type Victim = 'runner' | 'cell' | 'both' | 'everybody who watches';
const victims: readonly Victim[] = ['runner', 'cell', 'both'];

/** What a run had open when it was broken off. */
interface Standing {
  readonly processes: readonly ProcessEntry[];
  /** Sockets on which it listened, by the kernel's own numbers: ports are used again. */
  readonly listening: readonly string[];
}

export interface Round {
  readonly number: number;
  readonly stack: string;
  readonly victim: Victim;
  readonly faults: readonly string[];
  readonly processes: number;
}

/** Plays so many, the same from the same seed, in a folder that everybody may enter; each is told as it is over. Rejects with what was left. */
export async function playRounds(
  count: number,
  seed: number,
  folder: string,
  told: (round: Round) => void,
): Promise<void> {
  for (let number = seed; number < seed + count; number++) {
    const random = createRandom(number).fork('round');
    told(await playRound(folder, number, victims[number % victims.length] as Victim, random));
  }
}

async function playRound(
  folder: string,
  number: number,
  victim: Victim,
  random: Random,
  without: readonly string[] = [],
): Promise<Round> {
  const { path, stack, faults } = drawDrill(folder, number, random.fork('drill'), without);
  const about = `round ${number}: ${victim} killed on ${stack} under ${faults.join(', ')}`;
  const limits = readFileSync('/proc/self/limits', 'latin1');
  const output = join(folder, `output-${number}`);
  const played = await underLoad(path, output);
  if (!('child' in played)) {
    const [, impossible] = /^UNSUPPORTED \S+: fault (\S+) on/m.exec(played.stdout) ?? [];
    if (impossible === undefined || without.length > 0)
      throw new Error(`${about}: it did not play: ${played.stdout}`);
    return playRound(folder, number, victim, random, [impossible]);
  }
  const { child, ended } = played;
  await new Promise((resolve) => setTimeout(resolve, random.integer(0, 1500)));
  const standing = breakOff(child.pid as number, victim);
  const { stdout } = await ended;
  await nothingLeft(standing, output, about);
  assert.is(readFileSync('/proc/self/limits', 'latin1'), limits, `${about}: limits of others`);
  if (victim === 'cell') {
    assert.match(stdout, /its process ended with SIGKILL/, about);
    assert.equal(globSync('**/undo.ndjson', { cwd: output }), [], `${about}: its journal is done with`);
  }
  return { number, stack, victim, faults, processes: standing.processes.length };
}

/** Starts a run in a folder and resolves once its load plays, or to how it ended before. */
export async function underLoad(path: string, output: string): Promise<Started | Ended> {
  const started = start(['run', path, '--output', output], { cwd: dirname(output) });
  const { child, ended } = started;
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await until('the load plays', () => said.includes('steady') || child.exitCode !== null);
  return child.exitCode === null ? started : ended;
}

/** Waits until nobody of those that stood is left, nobody works in the folder or listens, and the data is gone. */
export async function nothingLeft(
  { processes, listening }: Standing,
  output: string,
  about: string,
): Promise<void> {
  const left = (): readonly ProcessEntry[] => processes.filter(isAlive);
  await until(about, () => left().length === 0).catch(() =>
    assert.unreachable(`${about}: still there: ${describe(left())}`),
  );
  await until(`${about}: nobody works in its folder`, () => processesIn(output).length === 0);
  await until(`${about}: the data is gone`, () => !hasData(output));
  assert.equal(listeners(listening), [], `${about}: nobody listens`);
}

/** Ends who is to be ended, at one moment: nothing is started between the look and the blow. */
export function breakOff(runner: number, victim: Victim): Standing {
  const cell = cellOf(runner) as number;
  const watchdogs = (): readonly number[] =>
    descendantsOf(runner).flatMap(({ pid }) => (commandOf(pid).includes('testbed-watchdog') ? [pid] : []));
  const struck = {
    runner: [runner],
    cell: [cell],
    both: [runner, cell],
    'everybody who watches': [...watchdogs(), runner, cell],
  }[victim];
  // A watchdog may have been dismissed since the look, with what it watched over.
  const stopped = struck.filter(isHalted);
  const family = [findProcess(runner), ...descendantsOf(runner)].filter((entry) => entry !== undefined);
  const listening = family.flatMap(({ pid }) => listeners(socketsOf(pid)));
  for (const pid of stopped) process.kill(pid, 'SIGKILL');
  return { processes: family, listening };
}

/** Stops a process where it is; false where it has ended. */
function isHalted(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGSTOP');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    return false;
  }
}

/** The sockets that a process has open. */
function socketsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
      const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
    });
  } catch {
    // It has ended, or closed one meanwhile.
    return [];
  }
}

const listenState = '0A';

/** Those of the sockets that listen. */
function listeners(sockets: readonly string[]): readonly string[] {
  const lines = readFileSync('/proc/net/tcp', 'latin1').split('\n');
  return lines.flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const socket = fields[9] ?? '';
    return fields[3] === listenState && sockets.includes(socket) ? [socket] : [];
  });
}

/** Whoever is somewhere in a folder, or names it. */
function processesIn(folder: string): readonly string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    try {
      const place = readlinkSync(`/proc/${pid}/cwd`);
      const command = commandOf(Number(pid));
      return place.startsWith(folder) || command.includes(folder) ? [`${pid} ${command}`] : [];
    } catch {
      // It ended between the question and the answer.
      return [];
    }
  });
}

function describe(entries: readonly ProcessEntry[]): string {
  return entries.map(({ pid }) => `${pid} ${findProcess(pid)?.state} ${commandOf(pid)}`).join('; ');
}
