import { join } from 'node:path';
import type { Server } from '../../adapters/adapter.ts';
import type { JournalFile } from '../../chaos/journal.ts';
import type { ReadyFault } from '../../chaos/play-timeline.ts';
import { readProcess } from '../../chaos/process/proc.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { Tally } from '../measure/tally.ts';
import type { SystemUnderTest } from '../sut.ts';
import { Announcements } from './announcements.ts';
import { ControlLog } from './control-log.ts';
import { readyFaults } from './fault-play.ts';
import { observeStorage } from './observe-storage.ts';
import { type OpenStack, openStack } from './open-stack.ts';
import type { CellContext } from './run-cell.ts';
import { Session } from './session.ts';
import { StalenessProbe } from './staleness.ts';
import type { UndoStack } from './undo.ts';

/** A cell whose load can begin. */
export interface OpenSession {
  readonly startedAtMs: number;
  /** All chance of the cell comes of it. */
  readonly random: Random;
  readonly stack: OpenStack;
  readonly ready: readonly ReadyFault[];
  readonly control: ControlLog;
  /** Null: there are no replicas. */
  readonly staleness: StalenessProbe | null;
  readonly sut: SystemUnderTest;
  readonly session: Session;
}

/** Agents spawned, worked and forgotten before anything is measured, so that no first use is part of a number. */
const rehearsalAgents = 4;

/** Opens the stack, makes the system on it and rehearses; subscribers are there, agents are not. What it opens it pushes onto `undo`. */
export async function openSession(
  context: CellContext,
  undo: UndoStack,
  journal: JournalFile,
): Promise<OpenSession> {
  const { cell, clock, dataDirectory, outputDirectory } = context;
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
    clock: faults.some(({ on }) => on === 'clock') ? stack.orchestratorClock : clock,
    random: random.fork('orchestrator'),
    workload,
  });
  undo.push('close orchestrator', () => sut.close());
  await rehearse(sut);
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
  return { startedAtMs, random, stack, ready, control, staleness, sut, session };
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
