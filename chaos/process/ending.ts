import type { Injection } from '../fault.ts';
import type { ProcessTarget, ServerTarget, Target } from '../target.ts';
import { accepts } from './answers.ts';
import { canAskKernel, readProcess, runs } from './proc.ts';

/** A process that a fault is done to. */
export interface Victim {
  readonly process: ProcessTarget;
  /** Whether it answers somebody else than who has harmed it. */
  answers(): Promise<boolean>;
}

/** A process that ends somehow and is started again on what it left. */
export function ending(victim: Victim, end: (process: ProcessTarget) => Promise<void>): Injection {
  const { process } = victim;
  const { pid } = process;
  const born = readProcess(pid)?.birth;
  return {
    // Its own watchdog ends it, and removes what it left, when we are gone.
    undo: [],
    inject: () => end(process),
    heal: () => process.start(),
    inForce: () => readProcess(pid)?.birth !== born || !runs(pid),
    healed: () => isBack(victim),
  };
}

/** Whether its process runs and answers. */
export async function isBack({ process, answers }: Victim): Promise<boolean> {
  return runs(process.pid) && (await answers());
}

export function victimOf(target: Target): Victim {
  if (target.kind === 'node') return { process: target.node, answers: () => target.node.answers() };
  const server = serverOf(target);
  return { process: server, answers: () => accepts(server.address.url) };
}

export function serverOf(target: Target): ServerTarget {
  if (target.kind === 'server') return target.server;
  throw new TypeError(`a fault for servers was given ${target.kind}`);
}

/** Why a fault whose effect only the kernel can tell is not possible here. */
export function needsProc(): string | null {
  return canAskKernel ? null : 'what became of a process is asked of /proc, which this system lacks';
}
