import { TestbedError } from '../../core/error.ts';
import { planCells } from '../../scenarios/run/plan-cells.ts';
import type { Cell } from '../../scenarios/scenario.ts';
import { checkAdapterOptions } from '../check-options.ts';
import type { Command, Flags } from '../command.ts';
import { drawRounds } from '../draw-rounds.ts';
import { wholeNumber } from '../flags.ts';
import { limitFlags, limitsOf } from '../limits.ts';
import { inspectStacks } from '../modules/inspected.ts';
import { play, playFlags } from '../play.ts';
import { resumedFlags, wordsOf } from '../resume/resumed-flags.ts';
import { refuseSearches } from '../search/refuse.ts';
import { type Selected, selectionFlags, selectScenarios } from '../select.ts';

export const compare: Command = {
  name: 'compare',
  usage: '[FILE...]',
  what: 'Plays a scenario on several stacks, round by round, and prints them side by side: each number as a multiple of the first stack, with how far the rounds lie apart.',
  positional: { least: 0, most: 1000 },
  flags: [
    ...selectionFlags,
    {
      name: 'iterations',
      value: 'N',
      what: 'rounds; in each every stack plays once; default 5, from 12 on with intervals',
    },
    ...limitFlags,
    ...playFlags,
  ],
  examples: [
    ['testbed compare --scenario stress --stacks memory,sqlite', 'what SQLite costs beside memory'],
    [
      'testbed compare --scenario stress --stacks sqlite,redis,postgres --durability power-loss --iterations 12',
      'with intervals, at the strongest promise',
    ],
    ['testbed compare my.yaml --stacks memory,sqlite --format compare,markdown', 'your own scenario'],
  ],
  run: compareCommand,
};

/** Beyond it an exact distribution takes longer to compute than anybody learns from it. */
const mostRounds = 100;

async function compareCommand(given: Flags): Promise<number> {
  const flags = resumedFlags(compare, given);
  const named = flags.positional.length + flags.list('scenario').length + flags.list('agents').length > 0;
  if (!named && !flags.has('suite')) {
    throw wrong('what is to be compared? Name a file, --scenario NAME, --suite NAME or --agents N');
  }
  const { selected, label, stacksNamed } = selectScenarios(flags);
  refuseSearches(selected, 'testbed run searches on every stack, and its table has them side by side');
  const inspected = await inspectStacks(selected);
  for (const each of selected) await checkAdapterOptions(each, inspected, process.env);
  const reference = referenceOf(selected);
  const iterations = wholeNumber(flags, 'iterations', 1, mostRounds, 5);
  const seed = wholeNumber(flags, 'seed', 0, Number.MAX_SAFE_INTEGER - 1000, 1);
  const planned = planCells(selected, iterations, seed);
  const listed = (await limitsOf(flags))(planned);
  const limited = new Map(planned.map((cell, at) => [cell, listed[at] as Cell]));
  const purpose = { kind: 'compare', reference } as const;
  return play(flags, {
    cells: drawRounds(planned, seed).map((cell) => limited.get(cell) as Cell),
    listed,
    label: `compare-${label}`,
    seed,
    purpose,
    words: wordsOf(compare, flags),
    inspected,
    stacksNamed,
  });
}

/** The first stack, the same in every scenario. */
function referenceOf(selected: readonly Selected[]): string {
  const firsts = new Set(selected.map(({ stacks }) => stacks[0]?.name));
  const alone = selected.find(({ stacks }) => stacks.length < 2);
  if (alone !== undefined) {
    throw wrong(
      `${alone.scenario.name}: a comparison needs two stacks or more: --stacks REFERENCE,OTHER,...`,
    );
  }
  const [reference, ...others] = firsts;
  if (reference !== undefined && others.length === 0) return reference;
  throw wrong('the scenarios list different stacks first; name the reference: --stacks REFERENCE,OTHER,...');
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
