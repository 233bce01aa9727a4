import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { BusAdapter, StorageAdapter } from '../../adapters/adapter.ts';
import { isShared } from '../../chaos/find-target.ts';
import { JournalFile, journalName } from '../../chaos/journal.ts';
import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Storage, StorageReads } from '../../core/storage.ts';
import type { Finding, RunRecord } from '../../reports/record.ts';
import { openCrowd } from '../crowd/open-crowd.ts';
import type { K6Program } from '../drivers/k6/site.ts';
import type { Cell, Workload } from '../scenario.ts';
import type { SystemUnderTest } from '../sut.ts';
import { assess } from './assess.ts';
import { awaitAnswer } from './await-answer.ts';
import { awaitRestarts } from './await-restarts.ts';
import { collectFinalState } from './collect.ts';
import type { Environment } from './environment.ts';
import { playFaults } from './fault-play.ts';
import { bringLastCopy } from './last-copy.ts';
import type { LiveSample } from './live.ts';
import { weighAgents } from './memory.ts';
import { openSession } from './open-session.ts';
import type { StackLayers } from './open-stack.ts';
import { type Played, playMeasured } from './play.ts';
import { playUncounted, populate } from './play-uncounted.ts';
import type { GivenAddresses } from './provision.ts';
import { UndoStack } from './undo.ts';
import { writeFacts } from './write-facts.ts';

/** What the system under test is made from. */
export interface SystemParts {
  readonly bus: Bus;
  readonly storage: Storage;
  /** Reads of the storage that may be behind it, from its replicas. Absent: it has none. */
  readonly copy?: StorageReads;
  readonly clock: Clock;
  readonly random: Random;
  readonly workload: Workload;
  /** What it is called among several on one stack. Absent: it is the only one, or the first. */
  readonly node?: string;
  /**
   * Its process may end and begin again: what the bus kept for it meanwhile is then to reach those who subscribe anew, once
   * `recover` is called, where it has that. Absent: it ends with the cell.
   */
  readonly keepsPlace?: boolean;
  /** Where it may keep files that outlive its process. Absent: nowhere. */
  readonly directory?: string;
}

export interface CellProgress {
  readonly phase: string;
  readonly elapsedMs: number;
  readonly totalMs: number;
  /** Events delivered to every subscriber so far, a second; null before the measured time. */
  readonly eventsPerS: number | null;
  /** Now and then, if it is watched. */
  readonly live?: LiveSample;
}

export interface CellContext {
  readonly cell: Cell;
  readonly bus: BusAdapter;
  readonly storage: StorageAdapter;
  /** What lies over the ports; absent: nothing. */
  readonly layers?: StackLayers;
  /** Builds the system under test on the given ports. */
  readonly assemble: (parts: SystemParts) => Promise<SystemUnderTest>;
  /** It keeps its agents somewhere else than in the storage that it is given, and says itself how they are. Absent: it does not. */
  readonly ownStorage?: boolean;
  /** The k6 that plays the load of a scenario whose driver it is. Absent: there is none here. */
  readonly k6?: K6Program;
  /** Starts the process of a node, which does as `serveNode`. Absent: the orchestrator cannot have a process of its own. */
  readonly forkNode?: () => ChildProcess;
  /** Starts the process of a worker, which does as `serveWorker`. Absent: a load can only be played in our own. */
  readonly forkWorker?: () => ChildProcess;
  /** Starts the process of the clients, which does as `serveCrowd`. Absent: there can be none. */
  readonly forkCrowd?: () => ChildProcess;
  /** Where the stack keeps its data: private, exists, removed by the caller afterwards. */
  readonly dataDirectory: string;
  /** Prefix of everything the stack names on a server that others use too; unique to this cell. */
  readonly namespace?: string;
  /** Servers that somebody else runs, by kind; what is not here is started. */
  readonly given?: GivenAddresses;
  /** Where the cell leaves its files beside the record. */
  readonly outputDirectory: string;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly progress: (progress: CellProgress) => void;
  /** Somebody looks on: progress comes with what there is to see. Absent: nobody does. */
  readonly watched?: boolean;
}

/**
 * Runs one cell from open to record:
 *
 *   open stack -> assemble -> rehearse -> weigh -> connect clients -> warm up -> [ play || faults ] -> drain -> collect -> assess
 *
 * Rejects only when it could not be run at all (exit code 4); whatever went wrong with the measurement itself is in
 * the record. Everything opened is closed on every way out.
 */
export async function runCell(context: CellContext): Promise<RunRecord> {
  const undo = new UndoStack();
  const journal = new JournalFile(join(context.outputDirectory, journalName));
  let played: Played;
  try {
    played = await openAndPlay(context, undo, journal);
  } catch (error) {
    const failures = await undo.run(context.clock);
    if (failures.length === 0) journal.discard();
    throw error;
  }
  const failures = await undo.run(context.clock);
  if (failures.length === 0) journal.discard();
  const findings: Finding[] = failures.map((detail) => ({ verdict: 'FAIL', about: 'teardown', detail }));
  const { record, checked } = assess(context, played, findings);
  writeFacts(context.outputDirectory, checked);
  return record;
}

async function openAndPlay(context: CellContext, undo: UndoStack, journal: JournalFile): Promise<Played> {
  const { cell, clock, signal, environment } = context;
  const { workload, faults = [], replicas = 0 } = cell.scenario;
  const opened = await openSession(context, undo, journal);
  const { random, startedAtMs, system, ready, control, load } = opened;
  const { sut, agents } = system;
  const warmup = workload.phases.filter((phase) => phase.warmup);

  const emptyHeap = await system.memory();
  await populate(load, context);
  const fullHeap = await system.memory();
  const agentsWeight = weighAgents(emptyHeap, fullHeap, load.filled, workload.agents);

  const crowd = await openCrowd(system, context, random.fork('clients'), undo);
  const isWarmed = warmup.length > 0 && !signal.aborted;
  const warmedUp = isWarmed ? await playUncounted(load, context, warmup, 'warmup') : null;
  const faultPlay = playFaults(ready, { clock, random: random.fork('faults'), journal });
  const measured = await playMeasured(load, system, context, faultPlay, crowd);

  const { retry = {} } = workload.orchestrator ?? {};
  if (faults.length > 0) await awaitAnswer(agents, clock);
  if ((retry.attempts ?? 0) > 0) await awaitRestarts(agents, clock, workload.drainMs);
  // Nobody changes anything any more: a listing beside a retention that is still removing would contradict itself.
  await load.close();
  // What retention removes after its last look a copy does not hear of.
  const isKept = (workload.orchestrator?.retention ?? null) === null && replicas === 0;
  const wrongWith = await bringLastCopy(isKept && !signal.aborted ? load.copy : null);
  const owners = (await system.owners?.()) ?? null;
  await sut.close();
  const state = await collectFinalState(agents, random.fork('collect'));
  control.add(system.changes());
  await control.close();
  return {
    ...measured,
    findings: [...measured.findings, ...wrongWith(state.agents)],
    startedAtMs,
    warmedUp,
    agentsWeight,
    state,
    owners,
    control: await control.read(),
    facts: await system.facts(),
    oneServer: isShared(system.surroundings),
    environment,
    load,
    dropped: sut.events.dropped ?? null,
  };
}
