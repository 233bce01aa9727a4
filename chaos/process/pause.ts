import type { FaultKind } from '../fault.ts';
import { serverOf } from './kill.ts';
import { canAskKernel, readProcess, runs } from './proc.ts';

export const pause: FaultKind = {
  name: 'pause',
  meaning: 'Stops a process where it is (SIGSTOP): connections stay, nobody answers; healed by SIGCONT.',
  targets: ['server'],
  options: {},
  unsupported: () =>
    canAskKernel ? null : 'whether a process stands still is asked of /proc, which this system lacks',
  prepare(target) {
    const server = serverOf(target);
    const { pid } = server;
    const birth = readProcess(pid)?.birth ?? '';
    return {
      undo: [{ do: 'signal', signal: 'SIGCONT', pid, birth }],
      inject: () => server.pause(),
      heal: () => server.resume(),
      inForce: () => readProcess(pid)?.state.toUpperCase() === 'T',
      healed: () => runs(pid),
    };
  },
};
