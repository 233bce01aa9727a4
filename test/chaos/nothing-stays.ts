/** Rounds in which a drill is broken off by SIGKILL, and what is left of it is looked for. */
import { globSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import {
  descendantsOf,
  findProcess,
  isAlive,
  type ProcessEntry,
} from '../../adapters/servers/process-table.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { hasData, start, until } from '../bin/command-line.ts';
import { cellOf } from '../bin/processes.ts';
import { drawDrill } from './drawn-drill.ts';

export type Victim = 'runner' | 'cell' | 'both';
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

/** Plays so many, the same from the same seed; rejects with what was left, and in which round. Resolves to what was played. */
export async function playRounds(count: number, seed: number, folder: string): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (let number = 0; number < count; number++) {
    const random = createRandom(seed).fork(`round ${number}`);
    rounds.push(await playRound(folder, seed + number, victims[number % victims.length] as Victim, random));
  }
  return rounds;
}

async function playRound(folder: string, number: number, victim: Victim, random: Random): Promise<Round> {
  const { path, stack, faults } = drawDrill(folder, number, random);
  const about = `round ${number}: ${victim} killed on ${stack} under ${faults.join(', ')}`;
  const limits = readFileSync('/proc/self/limits', 'latin1');
  const output = join(folder, `output-${number}`);
  const { child, ended } = start(['run', path, '--output', output], { cwd: folder });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await until('the load plays', () => said.includes('steady') || child.exitCode !== null);
  if (child.exitCode !== null) assert.unreachable(`${about}: it did not play: ${(await ended).stdout}`);
  await new Promise((resolve) => setTimeout(resolve, random.integer(0, 1500)));
  const standing = breakOff(child.pid as number, victim);
  const { stdout } = await ended;
  await until(`${about}: nobody is left`, () => standing.processes.filter(isAlive).length === 0).catch(
    (error) => assert.unreachable(`${error.message}: ${describe(standing.processes.filter(isAlive))}`),
  );
  assert.equal(processesIn(folder), [], `${about}: nobody works in its folder`);
  await until(`${about}: the data is gone`, () => !hasData(output));
  assert.equal(listeners([...standing.listening]), [], `${about}: nobody listens`);
  assert.is(readFileSync('/proc/self/limits', 'latin1'), limits, `${about}: limits of others`);
  if (victim === 'cell') {
    assert.match(stdout, /its process ended with SIGKILL/, about);
    assert.equal(globSync('**/undo.ndjson', { cwd: output }), [], `${about}: its journal is done with`);
  }
  return { number, stack, victim, faults, processes: standing.processes.length };
}

/** Ends who is to be ended, at one moment: nothing is started between the look and the blow. */
function breakOff(runner: number, victim: Victim): Standing {
  const cell = cellOf(runner) as number;
  const struck = { runner: [runner], cell: [cell], both: [runner, cell] }[victim];
  for (const pid of struck) process.kill(pid, 'SIGSTOP');
  // A runner that goes on is not waited for as one of those that are left: it ends by itself.
  const family = [findProcess(runner), ...descendantsOf(runner)].filter((entry) => entry !== undefined);
  const listening = family.flatMap(({ pid }) => listeners(socketsOf(pid)));
  for (const pid of struck) process.kill(pid, 'SIGKILL');
  return { processes: family, listening };
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
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
      return place.startsWith(folder) || command.includes(folder) ? [`${pid} ${command}`] : [];
    } catch {
      // It ended between the question and the answer.
      return [];
    }
  });
}

function describe(entries: readonly ProcessEntry[]): string {
  return entries
    .map(({ pid }) => {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
      return `${pid} ${findProcess(pid)?.state} ${command}`;
    })
    .join('; ');
}
