import { join } from 'node:path';
import { inTurn } from '../bin/command-line.ts';
import { type Drill, type DrillOutcome, leastFaulted, playDrill } from './drill.ts';
import type { DrillList } from './drill-list.ts';
import { appendDrill, readDrills, writeDrills } from './evidence.ts';
import { madeBy } from './made-by.ts';

/** A drill that is INCONCLUSIVE is played so often in one go; it is played again the next time. */
const tries = 2;

/**
 * Plays random drills on every stack that promises to survive them, and keeps the list of what they came to. Those that are
 * decided in the list are not played again: a run that was ended, or that a busy machine left INCONCLUSIVE, goes on. Delete
 * a line to play its drill anew. `atOnce` of them share the machine. Resolves to whether none is a FAIL.
 */
export async function proveDrills(list: DrillList, count: number, atOnce: number): Promise<boolean> {
  const folder = join(import.meta.dirname, '../../results/prove', String(process.pid));
  const before = readDrills(list);
  const undecided = drillsOf(list, count).filter((drill) => !before.some((done) => isDecided(done, drill)));
  await inTurn(undecided, atOnce, async (drill) => {
    const outcome = await playDrill(drill, folder, tries);
    appendDrill(list, outcome);
    process.stdout.write(`${drill.stack} ${drill.seed} ${outcome.verdict} ${outcome.reason}\n`);
  });
  const outcomes = readDrills(list);
  const about = aboutOf(list, outcomes, `npm run prove ${list.part} ${count}`);
  writeDrills(list, about, outcomes);
  process.stdout.write(`${about.join('\n')}\n`);
  return outcomes.every(({ verdict }) => verdict !== 'FAIL');
}

/** Seeds from 1 up, each on every stack. */
function drillsOf({ scenarios }: DrillList, count: number): readonly Drill[] {
  const stacks = Object.entries(scenarios);
  return Array.from({ length: count }, (_, index) => {
    const [stack, scenario] = stacks[index % stacks.length] as [string, string];
    return { seed: 1 + Math.floor(index / stacks.length), stack, scenario };
  });
}

function isDecided({ stack, seed, verdict }: DrillOutcome, drill: Drill): boolean {
  return stack === drill.stack && seed === drill.seed && verdict !== 'INCONCLUSIVE';
}

function aboutOf(
  { again }: DrillList,
  outcomes: readonly DrillOutcome[],
  command: string,
): readonly string[] {
  const few = outcomes.filter(({ faultedOperations }) => faultedOperations < leastFaulted).length;
  const verdicts = new Set(outcomes.map(({ verdict }) => verdict));
  const tally = [...verdicts].sort().map((verdict) => {
    const count = outcomes.filter((outcome) => outcome.verdict === verdict).length;
    return `${count} ${verdict}`;
  });
  return [
    ...madeBy(command),
    `${outcomes.length} drills: ${tally.join(', ')}; ${few} with fewer than ${leastFaulted} operations under a fault`,
    'INCONCLUSIVE: the line says why, mostly a machine that was busy, or a fault that nothing met. No check failed in such a drill.',
    `One again: ${again}`,
  ];
}
