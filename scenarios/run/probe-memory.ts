import { join } from 'node:path';
import { JournalFile, journalName } from '../../chaos/journal.ts';
import type { MemoryPoint, MemoryTrace } from '../../reports/leaks/trace.ts';
import type { Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';
import { sampleMemory } from './memory.ts';
import { openSession } from './open-session.ts';
import { playUncounted, populate } from './play-uncounted.ts';
import type { CellContext } from './run-cell.ts';
import { UndoStack } from './undo.ts';

/** What a process is to do whose memory is looked at. */
export interface ProbeTask {
  /** Parts of the load, after each of which everything stands still and is looked at. */
  readonly legs: number;
  readonly legMs: number;
  /** Called at each look, after it; `leg` from 0, which is before the first. Absent: nothing more is wanted to be seen. */
  readonly looked?: (leg: number) => void;
}

/**
 * Plays the load of a cell leg by leg, its faults left out, and looks at the memory of this process before the first and
 * after each:
 *
 *   open stack -> assemble -> rehearse -> warm up -> look -> [ leg -> drain -> collect garbage -> look ] ...
 *
 * Rejects when it could not be played at all. What was wrong with it is in the trace: nothing of it says how much grows then.
 */
export async function probeMemory(context: CellContext, task: ProbeTask): Promise<MemoryTrace> {
  const undo = new UndoStack();
  const journal = new JournalFile(join(context.outputDirectory, journalName));
  try {
    return await openAndProbe(context, task, undo, journal);
  } finally {
    const failures = await undo.run(context.clock);
    if (failures.length === 0) journal.discard();
  }
}

async function openAndProbe(
  context: CellContext,
  { legs, legMs, looked }: ProbeTask,
  undo: UndoStack,
  journal: JournalFile,
): Promise<MemoryTrace> {
  const { cell, signal } = context;
  const { session, system } = await openSession(context, undo, journal);
  const { sut } = system;
  await populate(session, context);
  const warmup = cell.scenario.workload.phases.filter(({ warmup }) => warmup);
  const points: MemoryPoint[] = [];
  let operations = 0;
  const look = async (leg: number): Promise<void> => {
    await sut.forgetEnded?.();
    const sample = await sampleMemory();
    if (sample === null) return;
    const { heapBytes, mallocedBytes: _, ...held } = sample;
    points.push({ operations, ...held, heapBytes: heapBytes - sample.codeBytes });
    looked?.(leg);
  };
  let problem: string | null = null;
  const play = async (phases: Workload['phases'], label: string): Promise<Tally> => {
    const { ended, tally } = await playUncounted(session, context, phases, label);
    problem ??= problemOf(tally, ended.left, signal.aborted);
    return tally;
  };
  if (warmup.length > 0) await play(warmup, 'warmup');
  await look(0);
  for (let leg = 1; leg <= legs && problem === null; leg++) {
    const phase = { name: `leg ${leg}`, forMs: legMs, warmup: false, rateFrom: 1, rateTo: 1 };
    operations += operationsOf(await play([phase], phase.name));
    await look(leg);
  }
  await session.giveUp();
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
