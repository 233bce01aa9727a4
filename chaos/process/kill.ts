import type { FaultKind } from '../fault.ts';
import { ending, needsProc, victimOf } from './ending.ts';

export const kill: FaultKind = {
  name: 'kill',
  meaning: 'Ends a process at once (SIGKILL), with all its children; healed by a start on what it left.',
  targets: ['server', 'node'],
  options: {},
  unsupported: needsProc,
  prepare: (target) => ending(victimOf(target), (process) => process.kill()),
};
