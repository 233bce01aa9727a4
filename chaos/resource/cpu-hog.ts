import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { FaultKind } from '../fault.ts';
import { needsProc } from '../process/ending.ts';

/** CPU that a thread must have used to be believed, in ticks of the kernel: hundredths of a second. */
const leastTicks = 3;

export const cpuHog: FaultKind = {
  name: 'cpu-hog',
  meaning:
    'Threads of our own process compute without a pause and take CPU from everything else on the machine.',
  targets: ['process'],
  options: { threads: { type: 'integer', min: 1, max: 64, default: 2, meaning: 'how many' } },
  unsupported: needsProc,
  prepare(_target, { threads }) {
    let workers: readonly Worker[] = [];
    let before: ReadonlySet<string> = new Set();
    const hogs = (): readonly string[] =>
      readdirSync('/proc/self/task').filter((thread) => !before.has(thread) && ticksOf(thread) >= leastTicks);
    return {
      undo: [],
      async inject() {
        before = new Set(readdirSync('/proc/self/task'));
        workers = Array.from({ length: threads as number }, () => new Worker('for (;;);', { eval: true }));
      },
      async heal() {
        await Promise.all(workers.map((worker) => worker.terminate()));
        workers = [];
      },
      inForce: () => before.size > 0 && hogs().length >= (threads as number),
      healed: () => before.size === 0 || hogs().length === 0,
    };
  },
};

/** What a thread of ours has used, by the kernel's account; 0 when it is gone. */
function ticksOf(thread: string): number {
  try {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    // It ended between the listing and the reading.
    return 0;
  }
}
