import type { FaultKind } from '../fault.ts';
import { isBack, needsProc, victimOf } from './ending.ts';
import { readProcess } from './proc.ts';

export const crashLoop: FaultKind = {
  name: 'crash-loop',
  meaning:
    'Ends a process at once (SIGKILL), starts it, and does so again and again; healed when it is left running.',
  targets: ['server', 'node'],
  options: {
    every: { type: 'duration', min: 100, max: 60_000, default: 500, meaning: 'how long it lives each time' },
  },
  unsupported: needsProc,
  prepare(target, { every }, { clock }) {
    const victim = victimOf(target);
    const { process } = victim;
    const births = new Set([readProcess(process.pid)?.birth]);
    const healed = new AbortController();
    /** Which of its lives is looked at, and since when. */
    let life = { birth: '', sinceMs: 0 };
    let loop: Promise<void> = Promise.resolve();
    const crash = async (): Promise<void> => {
      while (!healed.signal.aborted) {
        await process.kill();
        await process.start();
        // Ended early by the heal: it stays alive.
        await clock.sleep(every as number, healed.signal).catch(() => undefined);
      }
    };
    return {
      undo: [],
      async inject() {
        loop = crash();
        // Told by the heal, which waits for it.
        loop.catch(() => undefined);
      },
      async heal() {
        healed.abort();
        await loop;
        await process.start();
      },
      inForce() {
        const birth = readProcess(process.pid)?.birth;
        if (birth !== undefined) births.add(birth);
        return births.size > 2;
      },
      // Between two crashes it is there as well: it has to have lived longer than the fault ever let it.
      async healed() {
        const birth = readProcess(process.pid)?.birth ?? '';
        if (life.birth !== birth) life = { birth, sinceMs: clock.now() };
        return (await isBack(victim)) && clock.now() - life.sinceMs > (every as number);
      },
    };
  },
};
