import type { Injection } from '../fault.ts';
import type { ServerTarget, Target } from '../target.ts';
import { accepts } from './answers.ts';
import { canAskKernel, readProcess, runs } from './proc.ts';

/** A server that ends somehow and is started again on what it left. */
export function ending(server: ServerTarget, end: (server: ServerTarget) => Promise<void>): Injection {
  const { pid } = server;
  const born = readProcess(pid)?.birth;
  return {
    // Its own watchdog ends it, and removes what it left, when we are gone.
    undo: [],
    inject: () => end(server),
    heal: () => server.start(),
    inForce: () => readProcess(pid)?.birth !== born || !runs(pid),
    healed: () => isBack(server),
  };
}

/** Whether its process runs and takes connections. */
export async function isBack(server: ServerTarget): Promise<boolean> {
  return runs(server.pid) && (await accepts(server.address.url));
}

export function serverOf(target: Target): ServerTarget {
  if (target.kind === 'server') return target.server;
  throw new TypeError(`a fault for servers was given ${target.kind}`);
}

/** Why a fault whose effect only the kernel can tell is not possible here. */
export function needsProc(): string | null {
  return canAskKernel ? null : 'what became of a process is asked of /proc, which this system lacks';
}
