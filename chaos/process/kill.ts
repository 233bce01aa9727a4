import type { FaultKind, Injection } from '../fault.ts';
import type { ServerTarget, Target } from '../target.ts';
import { accepts } from './answers.ts';
import { canAskKernel, readProcess, runs } from './proc.ts';

export const kill: FaultKind = {
  name: 'kill',
  meaning: 'Ends a process at once (SIGKILL), with all its children; healed by a start on what it left.',
  targets: ['server'],
  options: {},
  unsupported: () =>
    canAskKernel ? null : 'whether a process has ended is asked of /proc, which this system lacks',
  prepare: (target) => ending(serverOf(target), (server) => server.kill()),
};

/** A server that ends somehow and is started again. */
export function ending(server: ServerTarget, end: (server: ServerTarget) => Promise<void>): Injection {
  const { pid } = server;
  const born = readProcess(pid)?.birth;
  return {
    // Its own watchdog ends it, and removes what it left, when we are gone.
    undo: [],
    inject: () => end(server),
    heal: () => server.start(),
    inForce: () => readProcess(pid)?.birth !== born || !runs(pid),
    healed: async () => runs(server.pid) && (await accepts(server.address.url)),
  };
}

export function serverOf(target: Target): ServerTarget {
  if (target.kind === 'server') return target.server;
  throw new TypeError(`a fault for servers was given ${target.kind}`);
}
