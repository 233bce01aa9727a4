import { readdirSync, readFileSync } from 'node:fs';
import type { FaultKind } from '../fault.ts';
import { attach, cannotTrace, isTraced, type Tracer } from './tracer.ts';

/** The numbers of fsync and fdatasync in this machine's kernel. */
const syncCalls: { readonly [architecture: string]: readonly string[] } = {
  x64: ['74', '75'],
  arm64: ['82', '83'],
};

export const slowFsync: FaultKind = {
  name: 'slow-fsync',
  meaning:
    'Every fsync of the servers takes longer, as on a disk that is busy. Done by strace, which makes all else they do a little slower.',
  targets: ['disk'],
  options: {
    delay: { type: 'duration', min: 1, max: 60_000, default: null, meaning: 'how much longer' },
  },
  unsupported(target) {
    if (target.kind !== 'disk') return null;
    if (!target.writers.some(({ technology }) => technology !== null))
      return 'our own process writes, and whoever traces it disturbs the load as well';
    if (syncCalls[process.arch] === undefined)
      return `what a process asks of the kernel is not known on ${process.arch}`;
    return cannotTrace();
  },
  prepare(target, { delay }, { clock }) {
    if (target.kind !== 'disk') throw new TypeError(`slow-fsync was given ${target.kind}`);
    const servers = target.writers.filter(({ technology }) => technology !== null);
    const pids = (): readonly number[] => servers.flatMap((writer) => writer.pids());
    let tracer: Tracer | null = null;
    return {
      // It lets go when our end of its pipe is closed, whatever closes it.
      undo: [],
      async inject() {
        const micros = Math.round((delay as number) * 1000);
        tracer = await attach(pids(), `inject=fsync,fdatasync:delay_enter=${micros}`, clock);
      },
      async heal() {
        await tracer?.end();
        tracer = null;
      },
      inForce: () => pids().some(waitsToSync),
      healed: () => !pids().some(isTraced),
    };
  },
};

/** Whether one of its threads is held where it has asked for an fsync: what waits for the disk itself is not held. */
function waitsToSync(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).some((thread) => {
      const task = `/proc/${pid}/task/${thread}`;
      const [call = ''] = readFileSync(`${task}/syscall`, 'latin1').split(' ');
      return (
        (syncCalls[process.arch] ?? []).includes(call) &&
        /^State:\tt/m.test(readFileSync(`${task}/status`, 'latin1'))
      );
    });
  } catch {
    // It has ended.
    return false;
  }
}
