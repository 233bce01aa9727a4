import { execFileSync } from 'node:child_process';
import { descendantsOf, isRunning } from '../../adapters/servers/process-table.ts';

/** The process of the cell that a runner plays now; null when it plays none. */
export function cellOf(runner: number): number | null {
  const found = descendantsOf(runner).find(({ pid }) => /\bcell\.[tj]s$/.test(commandOf(pid)));
  return found?.pid ?? null;
}

/** How a process was called; nothing when it has ended. */
export function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    // It ended between the two questions.
    return '';
  }
}

/** Those of the processes that still run. */
export function alive(pids: readonly number[]): readonly number[] {
  return pids.filter(isRunning);
}

/** A runner and everything it has started. */
export function familyOf(runner: number): readonly number[] {
  return [runner, ...descendantsOf(runner).map(({ pid }) => pid)];
}
