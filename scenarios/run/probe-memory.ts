import { join } from 'node:path';
import { JournalFile, journalName } from '../../chaos/journal.ts';
import type { MemoryPoint, MemoryTrace } from '../../reports/leaks/trace.ts';
import type { Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';
import { sampleMemory } from './memory.ts';
import { openSession } from './open-session.ts';
import { playUncounted, populate, uncountedTally } from './play-uncounted.ts';
import type { CellContext } from './run-cell.ts';
import { UndoStack } from './undo.ts';

/** Told at each look, after it, how many legs have been played. */
export type Looked = (legs: number) => void;

/**
 * Plays the load of a cell, each measured phase a leg of it, and looks at the memory of this process before the first leg and
 * after each, when everything stands still:
 *
 *   open stack -> assemble -> rehearse -> warm up -> look -> [ leg -> drain -> collect garbage -> look ] ...
 *
 * Rejects when it could not be played at all. What was wrong with it is in the trace: nothing of it says how much grows then.
 */
export async function probeMemory(context: CellContext, looked: Looked): Promise<MemoryTrace> {
  const undo = new UndoStack();
  const journal = new JournalFile(join(context.outputDirectory, journalName));
  try {
    return await openAndProbe(context, looked, undo, journal);
  } finally {
    const failures = await undo.run(context.clock);
    if (failures.length === 0) journal.discard();
  }
}

async function openAndProbe(
  context: CellContext,
  looked: Looked,
  undo: UndoStack,
  journal: JournalFile,
): Promise<MemoryTrace> {
  const { cell, signal } = context;
  const { load, system } = await openSession(context, undo, journal);
  const { sut } = system;
  await populate(load, context);
  const { phases } = cell.scenario.workload;
  const warmups = phases.filter(({ warmup }) => warmup);
  const legs = phases.filter(({ warmup }) => !warmup);
  const points: MemoryPoint[] = [];
  // One for all legs: what it takes it has taken before the first.
  const tally = uncountedTally(context.clock.now());
  let uncounted = 0;
  const look = async (played: number): Promise<void> => {
    await sut.forgetEnded?.();
    const sample = await sampleMemory();
    if (sample === null) return;
    const { heapBytes, mallocedBytes: _, ...held } = sample;
    const operations = operationsOf(tally) - uncounted;
    points.push({ operations, ...held, heapBytes: heapBytes - sample.codeBytes });
    looked(played);
  };
  let problem: string | null = null;
  const play = async (phases: Workload['phases'], label: string): Promise<void> => {
    const { left } = await playUncounted(load, context, phases, label, tally);
    problem ??= problemOf(tally, left, signal.aborted);
  };
  if (warmups.length > 0) await play(warmups, 'warmup');
  uncounted = operationsOf(tally);
  await look(0);
  for (const [at, leg] of legs.entries()) {
    if (problem !== null) break;
    await play([leg], leg.name);
    await look(at + 1);
  }
  await load.giveUp();
  return { seed: cell.seed, points, problem };
}

/** What failed or is still under way is held for other reasons than a leak. */
function problemOf({ counts }: Tally, left: string, isInterrupted: boolean): string | null {
  if (isInterrupted) return 'it was interrupted';
  if (left !== '') return `when its time was up there were still ${left}`;
  const failed = counts.errors + counts.unknown;
  return failed === 0 ? null : `${failed} operations failed or have no answer`;
}

/** As `heap_slope` counts them. */
function operationsOf({ counts }: Tally): number {
  const { eventsAcked, messagesAcked, transitionsDone, spawnsDone } = counts;
  return eventsAcked + messagesAcked + transitionsDone + spawnsDone;
}
