import type { FaultKind } from '../fault.ts';
import { needsProc, victimOf } from './ending.ts';
import { readProcess, runs } from './proc.ts';

export const pause: FaultKind = {
  name: 'pause',
  meaning: 'Stops a process where it is (SIGSTOP): connections stay, nobody answers; healed by SIGCONT.',
  targets: ['server', 'node'],
  options: {},
  unsupported: needsProc,
  prepare(target) {
    const { process } = victimOf(target);
    const { pid } = process;
    const birth = readProcess(pid)?.birth ?? '';
    return {
      undo: [{ do: 'signal', signal: 'SIGCONT', pid, birth }],
      inject: () => process.pause(),
      heal: () => process.resume(),
      inForce: () => readProcess(pid)?.state.toUpperCase() === 'T',
      healed: () => runs(pid),
    };
  },
};
