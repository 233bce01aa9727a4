import { corrupt } from './calls/corrupt.ts';
import { delay } from './calls/delay.ts';
import { drop } from './calls/drop.ts';
import { duplicate } from './calls/duplicate.ts';
import { error } from './calls/error.ts';
import { lostReply } from './calls/lost-reply.ts';
import { reorder } from './calls/reorder.ts';
import { timeout } from './calls/timeout.ts';
import type { FaultKind } from './fault.ts';
import { crashLoop } from './process/crash-loop.ts';
import { kill } from './process/kill.ts';
import { pause } from './process/pause.ts';
import { restart } from './process/restart.ts';
import { terminate } from './process/terminate.ts';

/** Every fault that a scenario can name. One file each, one line here. */
export const faultTable: readonly FaultKind[] = [
  delay,
  error,
  timeout,
  drop,
  duplicate,
  reorder,
  corrupt,
  lostReply,
  kill,
  terminate,
  pause,
  restart,
  crashLoop,
];

export function findFault(name: string): FaultKind | undefined {
  return faultTable.find((fault) => fault.name === name);
}
