import type { FaultKind } from '../fault.ts';
import { ending, needsProc, serverOf } from './ending.ts';

export const restart: FaultKind = {
  name: 'restart',
  meaning: 'Ends a process in good order and starts it again at once.',
  targets: ['server'],
  momentary: true,
  options: {},
  unsupported: needsProc,
  prepare: (target) => ending(serverOf(target), (server) => server.stop()),
};
