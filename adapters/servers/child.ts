import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { TestbedError } from '../../core/error.ts';
import { environmentIn, type Home } from './home.ts';
import { descendantsOf, findProcess, type ProcessEntry } from './process-table.ts';
import type { Program } from './program.ts';

/** One start of a server: from spawn to reaped. */
export interface Child {
  readonly entry: ProcessEntry;
  readonly pid: number;
  /** How it ended, in words; undefined while it has not. */
  readonly ending: string | undefined;
  /**
   * Resolves when it has ended and was reaped; never rejects. A running server keeps us alive only while somebody
   * waits here.
   */
  ended(): Promise<void>;
  /** To itself and everything it started; what has ended meanwhile is passed over. */
  signal(signal: NodeJS.Signals): void;
}

/** Where a server's output goes, over all its starts. */
export function logFileOf(home: Home): string {
  return join(home.directory, 'server.log');
}

/**
 * Spawns the program directly, leader of a group of its own (a terminal's Ctrl-C is for us), as the home's account.
 */
export async function spawnServer(program: Program, home: Home, port: number): Promise<Child> {
  const log = openSync(logFileOf(home), 'a', 0o600);
  try {
    const { account, directory } = home;
    const child = spawn(program.binary, program.arguments(home, port), {
      cwd: directory,
      env: { ...environmentIn(directory), ...program.environment },
      detached: true,
      stdio: ['ignore', log, log],
      ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
    });
    return await follow(child, program, home);
  } finally {
    closeSync(log);
  }
}

async function follow(child: ChildProcess, { name, binary }: Program, { account }: Home): Promise<Child> {
  let ending: string | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      ending = signal === null ? `exit code ${code}` : signal;
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      const as = account === null ? '' : ` as user ${account.name}`;
      reject(
        new TestbedError('UNAVAILABLE', `${name}: cannot run ${binary}${as}: ${cause.message}`, { cause }),
      );
    });
  });
  const pid = child.pid as number;
  // Not reaped before this turn ends, so that the entry is there even if it has ended at once.
  const entry = findProcess(pid) ?? { pid, parent: process.pid, state: 'Z', birth: '' };
  child.unref();
  return {
    entry,
    pid,
    get ending() {
      return ending;
    },
    ended() {
      if (ending === undefined) child.ref();
      return ended;
    },
    signal(signal) {
      // The parent first: stopped or dead, it starts nothing more. Not by group: Postgres' own children leave it.
      const children = descendantsOf(pid);
      for (const target of [pid, ...children.map((entry) => entry.pid)]) sendSignal(target, signal);
    },
  };
}

/** Passes over a process that has ended. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
