import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { canAskKernel } from '../process/proc.ts';

/** What of a process the kernel bounds, with the name it has in /proc. */
const resources = { fsize: 'Max file size', nofile: 'Max open files' } as const;
export type Resource = keyof typeof resources;

/** Why a process cannot be given a limit here; null when it can. */
export function cannotLimit(): string | null {
  if (!canAskKernel) return 'limits of a process are set and read through Linux';
  const found = spawnSync('prlimit', ['--version'], { stdio: 'ignore' }).status === 0;
  return found ? null : 'the program prlimit is missing (Debian: apt-get install util-linux)';
}

/** Why this very process cannot be given one: it is somebody else's, and our rights do not reach it; null when it can. */
export function isOutOfReach(pid: number): string | null {
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), '--fsize'], { encoding: 'utf8' });
  return status === 0 ? null : `our rights do not reach the limits of its process: ${stderr.trim()}`;
}

/** The soft limit of a process, in the kernel's words: a number or `unlimited`; null when the process is gone. */
export function softLimit(pid: number, resource: Resource): string | null {
  try {
    const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
    return new RegExp(`^${resources[resource]}\\s+(\\S+)`, 'm').exec(limits)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Sets the soft limit of a process and leaves the hard one as it is. */
export function setSoftLimit(pid: number, resource: Resource, limit: string): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--${resource}=${limit}:`], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`prlimit: ${stderr.trim()}`);
}
