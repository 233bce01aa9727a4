import type { FaultKind } from '../fault.ts';
import { needsProc, serverOf } from './ending.ts';
import { readProcess, runs } from './proc.ts';

export const pause: FaultKind = {
  name: 'pause',
  meaning: 'Stops a process where it is (SIGSTOP): connections stay, nobody answers; healed by SIGCONT.',
  targets: ['server'],
  options: {},
  unsupported: needsProc,
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
