import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Clock } from '../../core/clock.ts';
import { canAskKernel } from '../process/proc.ts';

const attachWithinMs = 5_000;
const lookEveryMs = 5;

/** Ends what it traces for when nobody holds its other end any more; strace itself lets go of everything as it ends. */
const script = 'strace "$@" & tracer=$!; read -r _; kill "$tracer"; wait "$tracer"';

/** A strace that is attached to processes and to all that they start. */
export interface Tracer {
  /** Lets go. Resolves once it has ended. */
  end(): Promise<void>;
}

/** Resolves once it is attached to all of them; rejects with its own words when it cannot. */
export async function attach(pids: readonly number[], injection: string, clock: Clock): Promise<Tracer> {
  const shell = spawn('/bin/sh', ['-c', script, 'testbed-tracer', ...argumentsFor(pids, injection)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  // Rejects when there is nobody to be started: our own process may be out of descriptors.
  await once(shell, 'spawn');
  let said = '';
  shell.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  // It has ended by itself: told by whoever waits for it.
  shell.stdin.on('error', () => undefined);
  const ended = once(shell, 'exit');
  const tracer = { end: () => endOf(shell, ended) };
  for (const untilMs = clock.now() + attachWithinMs; !pids.every(isTraced); ) {
    if (clock.now() > untilMs || said !== '') {
      await tracer.end();
      throw new Error(`strace: ${said.trim() || 'it did not attach'}`);
    }
    await clock.sleep(lookEveryMs);
  }
  return tracer;
}

async function endOf(shell: ChildProcess, ended: Promise<unknown>): Promise<void> {
  shell.stdin?.end();
  await ended;
}

function argumentsFor(pids: readonly number[], injection: string): readonly string[] {
  return [
    ...['-f', '-q', '-q', '-o', '/dev/null', '-e', injection],
    ...pids.flatMap((pid) => ['-p', String(pid)]),
  ];
}

/** Whether somebody traces a process, by the kernel's account. */
export function isTraced(pid: number): boolean {
  try {
    return /^TracerPid:\t[1-9]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    // It has ended.
    return false;
  }
}

/** Why no process can be traced here, by trying it on one of our own; null when it can. */
export function cannotTrace(): string | null {
  if (!canAskKernel) return 'processes are traced through Linux';
  const found = spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0;
  if (!found) return 'the program strace is missing (Debian: apt-get install strace)';
  const victim = spawn('/bin/cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  victim.once('error', () => undefined);
  if (victim.pid === undefined) return 'no process can be started to try strace on';
  try {
    // It goes on until its victim has ended, and ends at once where it may not trace it.
    const { error, stderr } = spawnSync('strace', [...argumentsFor([victim.pid], 'trace=fsync')], {
      timeout: 200,
      encoding: 'utf8',
    });
    const timedOut = (error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT';
    return timedOut ? null : `strace may not trace processes here: ${stderr.trim()}`;
  } finally {
    victim.kill('SIGKILL');
  }
}
