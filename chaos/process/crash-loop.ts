import type { FaultKind } from '../fault.ts';
import { isBack, needsProc, serverOf } from './ending.ts';
import { readProcess } from './proc.ts';

export const crashLoop: FaultKind = {
  name: 'crash-loop',
  meaning:
    'Ends a process at once (SIGKILL), starts it, and does so again and again; healed when it is left running.',
  targets: ['server'],
  options: {
    every: { type: 'duration', min: 100, max: 60_000, default: 500, meaning: 'how long it lives each time' },
  },
  unsupported: needsProc,
  prepare(target, { every }, { clock }) {
    const server = serverOf(target);
    const births = new Set([readProcess(server.pid)?.birth]);
    const healed = new AbortController();
    /** Which of its lives is looked at, and since when. */
    let life = { birth: '', sinceMs: 0 };
    let loop: Promise<void> = Promise.resolve();
    const crash = async (): Promise<void> => {
      while (!healed.signal.aborted) {
        await server.kill();
        await server.start();
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
        await server.start();
      },
      inForce() {
        const birth = readProcess(server.pid)?.birth;
        if (birth !== undefined) births.add(birth);
        return births.size > 2;
      },
      // Between two crashes it is there as well: it has to have lived longer than the fault ever let it.
      async healed() {
        const birth = readProcess(server.pid)?.birth ?? '';
        if (life.birth !== birth) life = { birth, sinceMs: clock.now() };
        return (await isBack(server)) && clock.now() - life.sinceMs > (every as number);
      },
    };
  },
};
