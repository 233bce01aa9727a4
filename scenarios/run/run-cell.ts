import { join } from 'node:path';
import type { BusAdapter, Server, StorageAdapter } from '../../adapters/adapter.ts';
import { JournalFile, journalName } from '../../chaos/journal.ts';
import { readProcess } from '../../chaos/process/proc.ts';
import { isShared } from '../../chaos/target.ts';
import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import { createRandom, type Random } from '../../core/random.ts';
import type { Storage, StorageReads } from '../../core/storage.ts';
import type { Finding, RunRecord } from '../../reports/record.ts';
import { Tally } from '../measure/tally.ts';
import type { Cell, Workload } from '../scenario.ts';
import type { SystemUnderTest } from '../sut.ts';
import { Announcements } from './announcements.ts';
import { assess } from './assess.ts';
import { awaitAnswer } from './await-answer.ts';
import { awaitRestarts } from './await-restarts.ts';
import { collectFinalState } from './collect.ts';
import { ControlLog } from './control-log.ts';
import { type Ended, Ending } from './ending.ts';
import type { Environment } from './environment.ts';
import { playFaults, readyFaults } from './fault-play.ts';
import { bringLastCopy } from './last-copy.ts';
import { sampleMemory, weighAgents } from './memory.ts';
import { observeStorage } from './observe-storage.ts';
import { openStack, type StackLayers } from './open-stack.ts';
import { type Played, playMeasured } from './play.ts';
import type { GivenAddresses } from './provision.ts';
import { Session } from './session.ts';
import { StalenessProbe } from './staleness.ts';
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
}

export interface CellProgress {
  readonly phase: string;
  readonly elapsedMs: number;
  readonly totalMs: number;
  /** Events delivered to every subscriber so far, a second; null before the measured time. */
  readonly eventsPerS: number | null;
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
}

/** Agents spawned, worked and forgotten before anything is measured, so that no first use is part of a number. */
const rehearsalAgents = 4;

/**
 * Runs one cell from open to record:
 *
 *   open stack -> assemble -> rehearse -> weigh -> warm up -> [ play || faults ] -> drain -> collect -> assess
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
  const { cell, clock, signal, dataDirectory, outputDirectory, environment } = context;
  const {
    workload,
    durability,
    replicas = 0,
    options = { bus: {}, storage: {} },
    faults = [],
  } = cell.scenario;
  const random = createRandom(cell.seed).fork(cell.scenario.name);
  const startedAtMs = clock.now();
  const { namespace = 'testbed', given = {} } = context;
  const place = {
    directory: dataDirectory,
    namespace,
    durability,
    options,
    given,
    replicas,
    faults,
    linkSeed: random.fork('links').integer(0, 0x7fff_ffff),
  };
  const stack = await openStack(context.bus, context.storage, place, clock, undo, context.layers);
  if (faults.length > 0) noteWhatLives(journal, stack.servers, dataDirectory);
  const ready = await readyFaults(faults, stack.surroundings);
  const control = new ControlLog(clock, join(outputDirectory, 'control.ndjson'), startedAtMs);
  undo.push('close control log', () => control.close());
  const staleness = stack.copy && new StalenessProbe(stack.replicas, clock);
  const sut = await context.assemble({
    bus: stack.bus,
    storage: observeStorage(staleness?.observe(stack.storage) ?? stack.storage, control),
    ...(stack.copy && { copy: stack.copy }),
    clock: faults.some(({ on }) => on === 'clock') ? stack.surroundings.orchestratorClock : clock,
    random: random.fork('orchestrator'),
    workload,
  });
  undo.push('close orchestrator', () => sut.close());
  await rehearse(sut);
  const warmup = workload.phases.filter((phase) => phase.warmup);
  const session = new Session({
    sut,
    workload,
    clock,
    random,
    announcements: new Announcements(control),
    tally: new Tally([{ name: 'warmup', fromMs: 0, toMs: 0 }]),
  });
  undo.push('close load', () => session.close());
  await session.audience.subscribe(workload.subscribers.count);
  await session.subscribeChains();

  const emptyHeap = await sampleMemory();
  await populate(session, context);
  const fullHeap = await sampleMemory();
  const agentsWeight = weighAgents(emptyHeap, fullHeap, session.population.filled, workload.agents);

  const warmedUp = warmup.length > 0 && !signal.aborted ? await warmUp(session, context, warmup) : null;
  const faultPlay = playFaults(ready, { clock, random: random.fork('faults'), journal });
  const beside = { servers: stack.servers, staleness, faults: faultPlay };
  const measured = await playMeasured(session, sut, context, beside, random.fork('measured'));

  const { retry = {} } = workload.orchestrator ?? {};
  const agents = sut.agents ?? stack.bareStorage.agents;
  if (faults.length > 0) await awaitAnswer(agents, clock);
  if ((retry.attempts ?? 0) > 0) await awaitRestarts(agents, clock, workload.drainMs);
  // Nobody changes anything any more: a listing beside a retention that is still removing would contradict itself.
  await session.close();
  // What retention removes after its last look a copy does not hear of.
  const isKept = (workload.orchestrator?.retention ?? null) === null && replicas === 0;
  const wrongWith = await bringLastCopy(isKept && !signal.aborted ? session.readers.copy : null);
  await sut.close();
  const state = await collectFinalState(agents, random.fork('collect'));
  await control.close();
  return {
    ...measured,
    findings: [...measured.findings, ...wrongWith(state.agents)],
    startedAtMs,
    warmedUp,
    agentsWeight,
    state,
    control: await control.read(),
    facts: stack.facts(),
    oneServer: isShared(stack.surroundings),
    environment,
    session,
    dropped: sut.events.dropped ?? null,
  };
}

/** Whoever finds the journal of a run with faults, of which nobody is left, can end what it had started. */
function noteWhatLives(journal: JournalFile, servers: readonly Server[], directory: string): void {
  journal.note([{ do: 'remove', path: directory }]);
  for (const server of servers) {
    noteProcess(journal, server);
    // A fault that ends it starts it again as another process.
    const start = server.start.bind(server);
    server.start = async () => {
      await start();
      noteProcess(journal, server);
    };
  }
}

function noteProcess(journal: JournalFile, { pid }: Server): void {
  const birth = readProcess(pid)?.birth;
  if (birth !== undefined) journal.note([{ do: 'signal', signal: 'SIGKILL', pid, birth }]);
}

/** A first spawn, pause, resume and end of a few agents: what fails here fails before the load starts. */
async function rehearse(sut: SystemUnderTest): Promise<void> {
  const orders = Array.from({ length: rehearsalAgents }, (_, index) => ({
    id: `rehearsal-${index + 1}`,
    swarmId: null,
    parentId: null,
    task: { rehearsal: true },
  }));
  await sut.spawn(orders);
  for (const { id } of orders) {
    await sut.pause(id);
    await sut.resume(id);
    await sut.complete(id, null);
  }
  await sut.forgetEnded?.();
}

/** The first population, all at once; it stands still until the warm-up, which it works through. */
async function populate(session: Session, { cell, clock, signal }: CellContext): Promise<void> {
  const random = createRandom(cell.seed).fork('first population');
  const { deadlineMs, drainMs } = cell.scenario.workload;
  const nowMs = clock.now();
  await session.population.renew('warm', nowMs, 0, random);
  await new Ending(session, clock).settle(nowMs, deadlineMs + drainMs, signal);
}

/** Plays the warm-up phases with the same load; nothing of it is counted. */
async function warmUp(session: Session, context: CellContext, phases: Workload['phases']): Promise<Ended> {
  const { clock, cell, signal, progress } = context;
  const startMs = clock.now();
  const plan = session.plan(phases, 'warmup');
  const tally = new Tally([{ name: 'warmup', fromMs: startMs, toMs: startMs + plan.totalMs }]);
  session.count(tally);
  session.population.restart(startMs);
  await session.play({
    phases,
    startMs,
    tally,
    plan,
    signal,
    beat: (elapsedMs) => progress({ phase: 'warmup', elapsedMs, totalMs: plan.totalMs, eventsPerS: null }),
  });
  const { drainMs } = cell.scenario.workload;
  const ending = new Ending(session, clock);
  await ending.settle(startMs + plan.totalMs, drainMs, signal);
  return ending.drain(drainMs, signal);
}
