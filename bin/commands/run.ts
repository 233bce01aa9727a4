import { planCells } from '../../scenarios/run/plan-cells.ts';
import { checkAdapterOptions } from '../check-options.ts';
import type { Command, Flags } from '../command.ts';
import { wholeNumber } from '../flags.ts';
import { limitFlags, limitsOf } from '../limits.ts';
import { inspectStacks } from '../modules/inspected.ts';
import { play, playFlags } from '../play.ts';
import { fetchClinic } from '../profile/clinic.ts';
import { profilerNames } from '../profile/profiler.ts';
import { resumedFlags, wordsOf } from '../resume/resumed-flags.ts';
import { refuseSearches } from '../search/refuse.ts';
import { selectionFlags, selectScenarios } from '../select.ts';

export const run: Command = {
  name: 'run',
  usage: '[FILE...]',
  what: 'Plays scenarios on stacks and prints what was measured, judged and checked. Without a name it plays the suite seed.',
  positional: { least: 0, most: 1000 },
  flags: [
    ...selectionFlags,
    { name: 'iterations', value: 'N', what: 'how often each cell is played; default 1' },
    ...limitFlags,
    ...playFlags,
    {
      name: 'profile-with',
      value: 'NAME',
      allowed: profilerNames,
      what: 'looks into the process of each cell, and leaves a profile and a flame graph beside its record',
    },
  ],
  examples: [
    ['testbed run --suite seed --profile quick', 'the four scenarios of the seed report, about 80 seconds'],
    ['testbed run --scenario stress --stacks sqlite --iterations 5', 'one scenario on one stack, five times'],
    ['testbed run --agents 50', 'the scenario custom with 50 agents'],
    ['testbed run my.yaml --output ./reports --format table,markdown', 'your own scenario'],
    ['testbed run --scenario high --stacks sqlite --profile-with cpu', 'where the CPU was: a flame graph'],
    ['testbed run --scenario smoke --fail-on degraded', 'in CI: DEGRADED ends with exit code 1 as well'],
  ],
  run: runCommand,
};

async function runCommand(given: Flags): Promise<number> {
  const flags = resumedFlags(run, given);
  const { selected, label, stacksNamed } = selectScenarios(flags);
  const inspected = await inspectStacks(selected);
  for (const each of selected) await checkAdapterOptions(each, inspected, process.env);
  if (flags.text('profile-with')?.startsWith('clinic:') && !flags.has('plan')) fetchClinic();
  const iterations = wholeNumber(flags, 'iterations', 1, 1000, 1);
  if (iterations > 1) refuseSearches(selected, 'it plays values again by itself; leave out --iterations');
  const seed = wholeNumber(flags, 'seed', 0, Number.MAX_SAFE_INTEGER - 1000, 1);
  const withLimits = await limitsOf(flags);
  const cells = withLimits(planCells(selected, iterations, seed));
  return play(flags, { cells, label, seed, words: wordsOf(run, flags), inspected, stacksNamed });
}
