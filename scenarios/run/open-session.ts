import { join } from 'node:path';
import type { JournalFile } from '../../chaos/journal.ts';
import type { ReadyFault } from '../../chaos/play-timeline.ts';
import { readProcess } from '../../chaos/process/proc.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { gatewayUrlOf } from '../drivers/gateway-url.ts';
import type { Callers } from '../load/generator.ts';
import { Tally } from '../measure/tally.ts';
import type { Scenario } from '../scenario.ts';
import { openCrew } from '../workers/open-crew.ts';
import { Announcements } from './announcements.ts';
import { ControlLog } from './control-log.ts';
import { readyFaults } from './fault-play.ts';
import type { Load } from './load.ts';
import { type OpenSystem, type OwnProcess, openSystem } from './open-system.ts';
import { openTool } from './open-tool.ts';
import { rehearse } from './rehearse.ts';
import type { CellContext } from './run-cell.ts';
import { Session } from './session.ts';
import type { UndoStack } from './undo.ts';

/** A cell whose load can begin. */
export interface OpenSession {
  readonly startedAtMs: number;
  /** All chance of the cell comes of it. */
  readonly random: Random;
  readonly system: OpenSystem;
  readonly ready: readonly ReadyFault[];
  readonly control: ControlLog;
  readonly load: Load;
}

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
  const control = new ControlLog(clock, join(outputDirectory, 'control.ndjson'), startedAtMs);
  undo.push('close control log', () => control.close());
  const site = { context, place, control, random, startedAtMs, undo };
  const { load: divided } = cell.scenario;
  if (divided !== undefined) return { ...(await openCrew(site, divided.workers)), ...site, ready: [] };
  const system = await openSystem(site);
  const { sut, surroundings, servers, nodes, gateways = [] } = system;
  const beside = gateways.slice(1).map((gateway) => gateway.node);
  const ours = [...servers, ...nodes, ...beside];
  if (faults.length > 0) noteWhatLives(journal, ours, dataDirectory);
  const ready = await readyFaults(faults, surroundings);
  await rehearse(sut);
  const tool = await openTool(context, system);
  if (tool !== null) undo.push('end k6', async () => tool.close());
  const load = new Session({
    sut,
    workload,
    clock,
    random,
    seed: cell.seed,
    announcements: new Announcements(control),
    tally: new Tally([{ name: 'warmup', fromMs: 0, toMs: 0 }]),
    ...(tool && { tool }),
    callers: await callersOf(cell.scenario, system),
  });
  undo.push('close load', () => load.close());
  await load.audience.subscribe(workload.subscribers.count);
  await load.subscribeChains();
  return { startedAtMs, random, system, ready, control, load };
}

/** Who publish in place of us; loaded when they are asked for. */
async function callersOf({ driver }: Scenario, system: OpenSystem): Promise<Callers | null> {
  if (driver !== 'autocannon') return null;
  const { autocannonAt } = await import('../drivers/autocannon.ts');
  return autocannonAt(gatewayUrlOf(await system.facts()));
}

/** Whoever finds the journal of a run with faults, of which nobody is left, can end what it had started. */
function noteWhatLives(journal: JournalFile, processes: readonly OwnProcess[], directory: string): void {
  journal.note([{ do: 'remove', path: directory }]);
  for (const process of processes) {
    noteProcess(journal, process);
    // A fault that ends it starts it again as another process.
    const start = process.start.bind(process);
    process.start = async () => {
      await start();
      noteProcess(journal, process);
    };
  }
}

function noteProcess(journal: JournalFile, { pid }: OwnProcess): void {
  const birth = readProcess(pid)?.birth;
  if (birth !== undefined) journal.note([{ do: 'signal', signal: 'SIGKILL', pid, birth }]);
}
