import { TestbedError } from '../../core/error.ts';
import { roundsNeeded } from '../../reports/gate/decide.ts';
import type { Flag, Flags } from '../command.ts';
import { wholeNumbers } from '../flags.ts';
import type { rulesOf } from './rules.ts';

/** The chance that a change that is none is called one. */
export const alpha = 0.01;

export const looksFlag: Flag = {
  name: 'looks',
  value: 'N',
  list: true,
  what: 'rounds after which an answer is looked for, each a share of the certainty; default 12,20,30',
};

const usualLooks = [12, 20, 30];
const mostLooks = 10;
/** Beyond it an exact distribution takes longer to compute than anybody learns from it. */
const mostRounds = 100;

/** INVALID_CONFIG when even the last look could decide nothing: nobody should wait for that. */
export function looksOf(
  flags: Flags,
  { rules, named }: ReturnType<typeof rulesOf>,
  cells: number,
): readonly number[] {
  const given = wholeNumbers(flags, 'looks', 1, mostRounds);
  if (given.length > mostLooks) throw wrong(`--looks: ${given.length} of them; ${mostLooks} at the most`);
  const looks = given.length === 0 ? usualLooks : given.toSorted((left, right) => left - right);
  // Of the usual metrics some may not be there.
  const needed = roundsNeeded(alpha / looks.length, (named ? rules.length : 1) * cells);
  if ((looks.at(-1) as number) >= needed) return looks;
  throw wrong(
    `--looks ${looks}: decides nothing; ${looks.length} looks at so many metrics take ${needed} rounds at least`,
  );
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
