import { join } from 'node:path';
import { JournalFile, journalName } from '../../chaos/journal.ts';
import { createRandom } from '../../core/random.ts';
import type { Finding, RunRecord } from '../../reports/record.ts';
import { playFaults, readyFaults } from '../run/fault-play.ts';
import type { CellContext } from '../run/run-cell.ts';
import { UndoStack } from '../run/undo.ts';
import type { Cell, Scenario } from '../scenario.ts';
import { assessTarget } from './assess-target.ts';
import { openTarget } from './open-target.ts';
import { playTarget, type TargetPlayed, warmUp } from './play-target.ts';
import type { HttpTarget } from './target.ts';

/** What a cell on somebody's service is run with. */
export interface TargetContext
  extends Pick<
    CellContext,
    'dataDirectory' | 'outputDirectory' | 'clock' | 'environment' | 'signal' | 'progress'
  > {
  readonly cell: Cell & { readonly scenario: Scenario & { readonly target: HttpTarget } };
}

/** Runs a cell whose system under test is somebody's HTTP service: warm up -> [ play || faults ] -> assess. */
export async function runTarget(context: TargetContext): Promise<RunRecord> {
  const { clock, outputDirectory } = context;
  const startedAtMs = clock.now();
  const undo = new UndoStack();
  const journal = new JournalFile(join(outputDirectory, journalName));
  let played: TargetPlayed | null = null;
  let failures: readonly string[] = [];
  try {
    played = await play(context, undo, journal);
  } finally {
    failures = await undo.run(clock);
    if (failures.length === 0) journal.discard();
  }
  const teardown = failures.map((detail): Finding => ({ verdict: 'FAIL', about: 'teardown', detail }));
  return assessTarget(context, played, startedAtMs, teardown);
}

async function play(context: TargetContext, undo: UndoStack, journal: JournalFile): Promise<TargetPlayed> {
  const { cell, clock, dataDirectory: directory } = context;
  const { scenario, seed } = cell;
  const random = createRandom(seed).fork(scenario.name);
  const linkSeed = random.fork('links').integer(0, 0x7fff_ffff);
  const open = await openTarget(scenario.target, scenario, { clock, undo, linkSeed, directory });
  const ready = await readyFaults(scenario.faults ?? [], open.surroundings);
  const site = { ...context, scenario, open };
  await warmUp(site, random.fork('warmup'));
  const faults = playFaults(ready, { clock, random: random.fork('faults'), journal });
  return playTarget(site, faults, random.fork('measured'));
}
