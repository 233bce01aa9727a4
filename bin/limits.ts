import { TestbedError } from '../core/error.ts';
import { readEnvironment } from '../scenarios/run/environment.ts';
import type { Cell } from '../scenarios/scenario.ts';
import { againstBaseline } from './against-baseline.ts';
import type { Flag, Flags } from './command.ts';
import { storeFlag } from './commands/baseline.ts';
import { defaultStore, withHistory } from './history/store.ts';

/** Of a command whose cells are judged by themselves: what they are held against where a bound is so many times a baseline. */
export const limitFlags: readonly Flag[] = [
  {
    name: 'baseline',
    value: 'NAME',
    what: 'what thresholds such as "avg <= baseline * 1.1" are held against: what testbed baseline save has kept',
  },
  storeFlag,
  {
    name: 'force',
    value: null,
    what: 'takes the numbers of a baseline of another machine or configuration all the same',
  },
];

/** Gives cells their limits from the baseline that is named, before anything starts; without one they stay as they are. */
export async function limitsOf(flags: Flags): Promise<(cells: readonly Cell[]) => readonly Cell[]> {
  const name = flags.text('baseline');
  if (name === undefined) {
    const stray = ['store', 'force'].find((flag) => flags.has(flag));
    if (stray === undefined) return (cells) => cells;
    throw new TestbedError('INVALID_CONFIG', `--${stray} is of a baseline: --baseline NAME is missing`);
  }
  const baseline = await withHistory(flags.text('store') ?? defaultStore, { create: false }, (history) =>
    history.latest(name),
  );
  const { fingerprint } = readEnvironment();
  return (cells) => againstBaseline(cells, baseline, { fingerprint, forced: flags.has('force') });
}
