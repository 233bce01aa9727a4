import type { FaultKind } from '../fault.ts';
import { ending, needsProc, serverOf } from './ending.ts';

export const kill: FaultKind = {
  name: 'kill',
  meaning: 'Ends a process at once (SIGKILL), with all its children; healed by a start on what it left.',
  targets: ['server'],
  options: {},
  unsupported: needsProc,
  prepare: (target) => ending(serverOf(target), (server) => server.kill()),
};
