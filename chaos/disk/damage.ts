import { closeSync, ftruncateSync, openSync, readSync, statSync } from 'node:fs';
import type { Injection } from '../fault.ts';
import { isBack, needsProc, serverOf, victimOf } from '../process/ending.ts';
import { runs } from '../process/proc.ts';
import type { Target } from '../target.ts';
import { findServerLog, type ServerLog } from './server-log.ts';

/** How much of the end of a log a fault may touch; where it is less, all of it. */
export const tailOption = {
  type: 'size',
  min: 1,
  max: 1_000_000,
  default: 64,
} as const;

/** Why the log of this server cannot be damaged; null when it can. */
export function hasNoLog(target: Target): string | null {
  const { directory } = serverOf(target);
  const technology = target.kind === 'server' ? target.technology : '';
  if (directory !== undefined && findServerLog(technology, directory) !== null) return needsProc();
  return `this ${technology} server keeps no log that could be damaged: at durability "none", Redis has none`;
}

/**
 * A server that is killed, whose log is damaged while it is down, and that is started again on what is left. One that
 * refuses to is given its log up to the damage, as its own tool for repair would.
 */
export function damaging(
  target: Target,
  bytes: number,
  /** Damages the tail of an open file, which begins there; returns where the damage is. */
  damage: (file: number, from: number, end: number) => number,
): Injection {
  const server = serverOf(target);
  const { pid } = server;
  let harmed: { readonly log: ServerLog; readonly from: number; readonly was: Buffer } | null = null;
  let damagedAt = 0;
  return {
    // Its own watchdog ends it, and removes what it left, when we are gone.
    undo: [],
    async inject() {
      await server.kill();
      const technology = target.kind === 'server' ? target.technology : '';
      const log = findServerLog(technology, server.directory ?? '');
      if (log === null) throw new Error('the server has written no log');
      const from = Math.max(0, log.end - bytes);
      harmed = { log, from, was: readTail(log, from) };
      damagedAt = withFile(log.path, (file) => damage(file, from, log.end));
    },
    async heal() {
      try {
        await server.start();
      } catch (error) {
        if (harmed === null) throw error;
        cutOff(harmed.log, damagedAt);
        await server.start();
      }
    },
    inForce: () => harmed !== null && !runs(pid) && !readTail(harmed.log, harmed.from).equals(harmed.was),
    healed: () => isBack(victimOf(target)),
  };
}

function cutOff({ path, madeAt }: ServerLog, at: number): void {
  withFile(path, (file) => {
    ftruncateSync(file, at);
    if (madeAt !== undefined) ftruncateSync(file, madeAt);
  });
}

function readTail({ path, end }: ServerLog, from: number): Buffer {
  const length = Math.max(0, Math.min(end, statSync(path).size) - from);
  const tail = Buffer.alloc(length);
  withFile(path, (file) => readSync(file, tail, 0, length, from));
  return tail;
}

function withFile<T>(path: string, act: (file: number) => T): T {
  const file = openSync(path, 'r+');
  try {
    return act(file);
  } finally {
    closeSync(file);
  }
}
