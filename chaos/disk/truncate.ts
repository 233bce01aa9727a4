import { ftruncateSync } from 'node:fs';
import type { FaultKind } from '../fault.ts';
import { damaging, hasNoLog, tailOption } from './damage.ts';

export const truncate: FaultKind = {
  name: 'truncate',
  meaning: 'Kills a server and cuts off the end of its log while it is down; healed by a start on the rest.',
  targets: ['server'],
  options: { bytes: { ...tailOption, meaning: 'how much of its log is missing' } },
  unsupported: hasNoLog,
  prepare: (target, { bytes }) =>
    damaging(target, bytes as number, (file, from) => {
      ftruncateSync(file, from);
      return from;
    }),
};
