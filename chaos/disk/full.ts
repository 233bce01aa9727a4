import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultKind } from '../fault.ts';
import { cannotLimit, isOutOfReach, setSoftLimit, softLimit } from '../resource/limit.ts';

export const diskFull: FaultKind = {
  name: 'disk-full',
  meaning:
    'Files of the stack cannot grow any more (RLIMIT_FSIZE): what would is refused, as on a full disk.',
  targets: ['disk'],
  options: {
    headroom: {
      type: 'size',
      min: 0,
      max: 64e9,
      default: 0,
      meaning: 'how much the largest file may still grow',
    },
  },
  unsupported(target) {
    if (target.kind !== 'disk') return null;
    // Who does not ignore the signal that comes with it is ended by it, which is another fault.
    if (target.writers.some(({ technology }) => technology === 'redis'))
      return 'Redis is ended by the signal that a file at its limit sends, instead of being refused';
    const [pid = process.pid] = target.writers.flatMap((writer) => writer.pids());
    return cannotLimit() ?? isOutOfReach(pid);
  },
  prepare(target, { headroom }) {
    if (target.kind !== 'disk') throw new TypeError(`disk-full was given ${target.kind}`);
    const { directory, writers } = target;
    const usual = new Map<number, string>();
    let limit = '';
    return {
      undo: [],
      async inject() {
        limit = String(largestIn(directory) + (headroom as number));
        for (const pid of writers.flatMap((writer) => writer.pids())) {
          usual.set(pid, softLimit(pid, 'fsize') ?? 'unlimited');
          setSoftLimit(pid, 'fsize', limit);
        }
      },
      async heal() {
        for (const [pid, formerly] of usual)
          if (softLimit(pid, 'fsize') !== null) setSoftLimit(pid, 'fsize', formerly);
      },
      inForce: () => usual.size > 0 && [...usual.keys()].every((pid) => softLimit(pid, 'fsize') === limit),
      healed: () => [...usual].every(([pid, formerly]) => [null, formerly].includes(softLimit(pid, 'fsize'))),
    };
  },
};

function largestIn(directory: string): number {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Math.max(
    0,
    ...files.map(
      ({ parentPath, name }) => statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0,
    ),
  );
}
