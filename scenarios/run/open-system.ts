import type { Connection, Server } from '../../adapters/adapter.ts';
import type { Surroundings } from '../../chaos/target.ts';
import { TestbedError } from '../../core/error.ts';
import type { Random } from '../../core/random.ts';
import type { driveThrough } from '../drivers/drive-through.ts';
import { needsGateway } from '../drivers/driver.ts';
import { needsNode } from '../node/needs-node.ts';
import { type OpenGateway, openGateways } from '../node/open-gateways.ts';
import { openNode } from '../node/open-node.ts';
import { openNodes } from '../nodes/open-nodes.ts';
import type { AgentsRead, SystemUnderTest } from '../sut.ts';
import type { ControlEntry, ControlLog } from './control-log.ts';
import { type Ground, layGround } from './ground.ts';
import { type MemorySample, sampleMemory } from './memory.ts';
import { Notices } from './notices.ts';
import { observeStorage } from './observe-storage.ts';
import { openStack, type StackPlace } from './open-stack.ts';
import type { CellContext } from './run-cell.ts';
import { StalenessProbe } from './staleness.ts';
import type { UndoStack } from './undo.ts';

/** The system under test on its stack, in our process or in one of its own. */
export interface OpenSystem {
  readonly sut: SystemUnderTest;
  /** The agents as stored: past gate and orchestrator, unless the system keeps them itself. */
  readonly agents: AgentsRead;
  /** What of it faults can act on. */
  readonly surroundings: Surroundings;
  /** Servers of our own, replicas among them. */
  readonly servers: readonly Server[];
  /** The processes of the orchestrators. Empty: there is one, in ours. */
  readonly nodes: readonly OwnProcess[];
  /** The first is part of the node. Absent: nothing goes through one. */
  readonly gateways?: readonly OpenGateway[];
  /** Null: there are no replicas. */
  readonly staleness: StalenessProbe | null;
  /** Null: what the system notices is not known, or there is no fault to be noticed. */
  readonly notices: Notices | null;
  /** What servers, bus and storage said of their settings, and each layer of what it has done. */
  facts(): Promise<{ readonly [part: string]: Connection<unknown>['facts'] }>;
  /** Who can own agents now that all has settled: the lives of its nodes. Absent: that is not known. */
  owners?(): Promise<ReadonlySet<string>>;
  /** What has been done to stored agents that is not in the control log. */
  changes(): readonly ControlEntry[];
  /** What the process that the orchestrator runs in holds; null where that is not known. */
  memory(): Promise<MemorySample | null>;
}

/** A process that may end and be started again, as another. */
export interface OwnProcess {
  readonly pid: number;
  start: () => Promise<void>;
}

export interface SystemSite {
  readonly context: CellContext;
  readonly place: StackPlace;
  readonly control: ControlLog;
  readonly random: Random;
  readonly startedAtMs: number;
  readonly undo: UndoStack;
}

/** Starts what the stack needs, and the system on it. What it opens it pushes onto `undo`. */
export async function openSystem(site: SystemSite): Promise<OpenSystem> {
  const system = needsNode(site.context.cell.scenario) ? await openThere(site) : await openHere(site);
  site.undo.push('close orchestrator', () => system.sut.close());
  return system;
}

async function openHere({ context, place, control, random, undo }: SystemSite): Promise<OpenSystem> {
  const { clock, cell } = context;
  const { workload, faults = [] } = cell.scenario;
  const stack = await openStack(context.bus, context.storage, place, clock, undo, context.layers);
  const staleness = stack.copy && new StalenessProbe(stack.replicas, clock);
  const { deadlineMs = null } = workload.orchestrator ?? {};
  const notices = faults.length > 0 ? new Notices(clock, deadlineMs) : null;
  const ports = {
    bus: stack.bus,
    storage: observeStorage(staleness?.observe(stack.storage) ?? stack.storage, control),
  };
  const sut = await context.assemble({
    ...(notices?.on(ports) ?? ports),
    ...(stack.copy && { copy: stack.copy }),
    clock: faults.some(({ on }) => on === 'clock') ? stack.orchestratorClock : clock,
    random: random.fork('orchestrator'),
    workload,
    directory: place.directory,
  });
  const { surroundings, servers } = stack;
  return {
    sut,
    agents: sut.agents ?? stack.bareStorage.agents,
    surroundings,
    servers,
    nodes: [],
    staleness,
    notices,
    facts: async () => stack.facts(),
    changes: () => [],
    memory: sampleMemory,
  };
}

async function openThere({ context, place, startedAtMs, undo }: SystemSite): Promise<OpenSystem> {
  const { clock, cell, forkNode, dataDirectory } = context;
  if (forkNode === undefined)
    throw new TestbedError('UNSUPPORTED', 'nothing here starts an orchestrator in a process of its own');
  const adapters = { bus: context.bus, storage: context.storage, hot: context.layers?.hot ?? null };
  let pid: () => number = () => process.pid;
  const ground = await layGround(adapters, place, clock, undo, () => pid());
  const site = { cell, ground, fork: forkNode, directory: dataDirectory, startedAtMs, clock, undo };
  const { driver, nodes: wanted = 1 } = cell.scenario;
  if (wanted > 1) {
    const opened = await openNodes(site, wanted);
    return { ...opened, ...ofGround(ground), agents: opened.sut.agents as AgentsRead, gateways: [] };
  }
  const opened = await openNode(site);
  pid = () => opened.node.pid;
  const { sut: told, node, facts, changes, memory } = opened;
  const gateways = needsGateway(driver) ? await openGateways(opened, site) : [];
  const [, ...beside] = gateways;
  const last = beside.at(-1)?.node;
  return {
    sut: needsGateway(driver) ? await throughGateway(driver, told, await facts(), clock) : told,
    agents: told.agents as AgentsRead,
    surroundings: { ...opened.surroundings, ...(last && { gateway: last }) },
    nodes: [node],
    gateways,
    ...ofGround(ground),
    facts: async () => ({ ...(await facts()), ...(last && { gateways: factsOf(gateways) }) }),
    changes,
    memory,
  };
}

/** What is the same of all systems that do not run in our process. */
function ofGround({ servers }: Ground): Pick<OpenSystem, 'servers' | 'staleness' | 'notices'> {
  return { servers, staleness: null, notices: null };
}

function factsOf(gateways: readonly OpenGateway[]): { readonly [name: string]: string | number } {
  return {
    count: gateways.length,
    urls: gateways.map(({ url }) => url).join(', '),
    pids: gateways.map(({ node }) => node.pids.join(' ')).join(', '),
  };
}

/** Loaded when it is asked for: a cell without a driver holds nothing of it in memory. */
const throughGateway: typeof driveThrough = async (...site) =>
  (await import('../drivers/drive-through.ts')).driveThrough(...site);
