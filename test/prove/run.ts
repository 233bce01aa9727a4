/**
 * `npm run prove [DRILLS]`: plays random drills on every stack that promises to survive them, 200 unless told, two at a
 * time, and keeps the list of what they came to. Drills that are decided in the list are not played again, so a run that
 * was ended, or that a busy machine left INCONCLUSIVE, goes on; delete a line to play its drill anew. The exit code is 1
 * when one is a FAIL.
 */
import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { inTurn } from '../bin/command-line.ts';
import { type Drill, type DrillOutcome, drilledStacks, leastFaulted, playDrill } from './drill.ts';
import { appendDrill, drillsFile, readDrills, writeDrills } from './evidence.ts';

/** A drill that is INCONCLUSIVE is played so often in one go; it is played again the next time. */
const tries = 2;
const atOnce = 2;

const asked = Number(process.argv[2] ?? 200);
const folder = join(import.meta.dirname, '../../results/prove', String(process.pid));

/** Seeds from 1 up, each on every stack. */
function drillsOf(count: number): readonly Drill[] {
  return Array.from({ length: count }, (_, index) => ({
    seed: 1 + Math.floor(index / drilledStacks.length),
    stack: drilledStacks[index % drilledStacks.length] as string,
  }));
}

function aboutOf(outcomes: readonly DrillOutcome[]): readonly string[] {
  const tally = new Map<string, number>();
  for (const { verdict } of outcomes) tally.set(verdict, (tally.get(verdict) ?? 0) + 1);
  const counts = [...tally].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  const few = outcomes.filter(({ faultedOperations }) => faultedOperations < leastFaulted).length;
  const memory = `${Math.round(totalmem() / 1e9)} GB`;
  return [
    `npm run prove ${asked}, last at commit ${commit()}`,
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${memory}, kernel ${release()}, Node ${process.versions.node}`,
    `${outcomes.length} drills: ${counts}; ${few} with fewer than ${leastFaulted} operations under a confirmed fault`,
    'One of them again: testbed run test/prove/drill-servers.yaml --stacks STACK --seed SEED (sqlite: drill-calls, memory: drill-memory)',
  ];
}

function commit(): string {
  return spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
}

/** The list by drill: the latest line of each counts. */
function drilled(): Map<string, DrillOutcome> {
  return new Map(readDrills(drillsFile).map((outcome) => [nameOf(outcome), outcome]));
}

function nameOf({ stack, seed }: Drill): string {
  return `${stack} ${seed}`;
}

const before = drilled();
const undecided = drillsOf(asked).filter(
  (drill) => (before.get(nameOf(drill))?.verdict ?? 'INCONCLUSIVE') === 'INCONCLUSIVE',
);
await inTurn(undecided, atOnce, async (drill) => {
  const outcome = await playDrill(drill, folder, tries);
  appendDrill(drillsFile, outcome);
  process.stdout.write(`${nameOf(drill)} ${outcome.verdict} ${outcome.reason}\n`);
});
const outcomes = [...drilled().values()];
const about = aboutOf(outcomes);
writeDrills(drillsFile, about, outcomes);
process.stdout.write(`${about.join('\n')}\n`);
process.exitCode = outcomes.some(({ verdict }) => verdict === 'FAIL') ? 1 : 0;
