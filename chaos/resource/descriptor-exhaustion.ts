import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync } from 'node:fs';
import type { FaultKind } from '../fault.ts';
import { cannotLimit, softLimit } from './limit.ts';

export const descriptorExhaustion: FaultKind = {
  name: 'descriptor-exhaustion',
  meaning: 'Our own process can open nothing more, no file and no connection; what is open stays.',
  targets: ['process'],
  options: {
    left: { type: 'integer', min: 0, max: 10_000, default: 0, meaning: 'what can still be opened' },
  },
  unsupported: cannotLimit,
  prepare(_target, { left }) {
    const usual = softLimit(process.pid, 'nofile') ?? '1024';
    const held: number[] = [];
    let limiter: ChildProcess | null = null;
    return {
      undo: [],
      async inject() {
        // Before there is a limit: to lift it by a program takes descriptors as well.
        limiter = await startLimiter();
        // Numbers that are free below those in use can still be given out.
        const highest = Math.max(...readdirSync('/proc/self/fd').map(Number));
        fillBelow(highest, held);
        await set(limiter, String(highest + 1 + (left as number)));
      },
      async heal() {
        if (limiter === null) return;
        await set(limiter, usual);
        limiter.stdin?.end();
        limiter = null;
        for (const descriptor of held.splice(0)) closeSync(descriptor);
      },
      inForce: () => isRefused(left as number),
      healed: () => !isRefused(0),
    };
  },
};

/** A process that sets limits of ours as it is told to. */
async function startLimiter(): Promise<ChildProcess> {
  const script = `while read -r limit; do prlimit --pid ${process.pid} --nofile="$limit": && echo done; done`;
  const limiter = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(limiter, 'spawn');
  return limiter;
}

/** Takes every number below `highest` that is free. */
function fillBelow(highest: number, held: number[]): void {
  for (;;) {
    const descriptor = openSync('/dev/null', 'r');
    if (descriptor > highest) {
      closeSync(descriptor);
      return;
    }
    held.push(descriptor);
  }
}

async function set(limiter: ChildProcess, limit: string): Promise<void> {
  const answered = once(limiter.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  limiter.stdin?.write(`${limit}\n`);
  await answered;
}

/** Whether opening so many files and one more is refused. */
function isRefused(left: number): boolean {
  const opened: number[] = [];
  try {
    for (let count = 0; count <= left; count++) opened.push(openSync('/dev/null', 'r'));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EMFILE';
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
