import type { FaultKind } from '../fault.ts';
import { ending, needsProc, victimOf } from './ending.ts';

export const terminate: FaultKind = {
  name: 'terminate',
  meaning: 'Asks a process to end in good order, as its own manager would; healed by a start.',
  targets: ['server', 'node'],
  options: {},
  unsupported: needsProc,
  prepare: (target) => ending(victimOf(target), (process) => process.stop()),
};
