import type { FaultKind } from '../fault.ts';
import { ending, needsProc, victimOf } from './ending.ts';

export const restart: FaultKind = {
  name: 'restart',
  meaning: 'Ends a process in good order and starts it again at once.',
  targets: ['server', 'node'],
  momentary: true,
  options: {},
  unsupported: needsProc,
  prepare: (target) => ending(victimOf(target), (process) => process.stop()),
};
