import { readSync, writeSync } from 'node:fs';
import type { FaultKind } from '../fault.ts';
import { damaging, hasNoLog, tailOption } from './damage.ts';

export const bitFlip: FaultKind = {
  name: 'bit-flip',
  meaning:
    'Kills a server and turns over one bit near the end of its log while it is down; healed by a start on that, or, where it refuses, on what was before.',
  targets: ['server'],
  options: { bytes: { ...tailOption, meaning: 'how near the end of its log' } },
  unsupported: hasNoLog,
  prepare: (target, { bytes }, { random }) =>
    damaging(target, bytes as number, (file, from, end) => {
      const at = from + random.integer(0, end - from - 1);
      const byte = Buffer.alloc(1);
      readSync(file, byte, 0, 1, at);
      byte[0] = (byte[0] as number) ^ (1 << random.integer(0, 7));
      writeSync(file, byte, 0, 1, at);
      return at;
    }),
};
