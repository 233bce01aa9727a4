import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AdjustableClock } from '../../chaos/clock/adjustable-clock.ts';
import { createGate } from '../../chaos/gate.ts';
import { clockOriginMs } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import { needsGateway } from '../drivers/driver.ts';
import { placedParts } from '../node/order.ts';
import type { ControlEntry } from '../run/control-log.ts';
import { layGround } from '../run/ground.ts';
import { openPorts } from '../run/open-ports.ts';
import { type OpenSystem, openSystem, type SystemSite } from '../run/open-system.ts';
import type { SystemUnderTest } from '../sut.ts';
import { Crew } from './crew.ts';
import type { Way, WorkerOrder } from './protocol.ts';
import { Watch } from './watch.ts';

interface Reached {
  readonly system: OpenSystem;
  readonly way: Way;
}

/** Starts the workers of a load on the stack, or before the gateway of the system on it; what it opens it pushes onto the site's `undo`. */
export async function openCrew(
  site: SystemSite,
  workers: number,
): Promise<{ readonly system: OpenSystem; readonly load: Crew }> {
  const { context, random, undo } = site;
  const { cell, clock, signal, forkWorker } = context;
  if (forkWorker === undefined)
    throw new TestbedError('UNSUPPORTED', 'nothing here plays a load in processes of its own');
  const reached = await reach(site);
  const orders = ordersFor(site, reached.way, workers);
  const watch = startWorkers(orders, forkWorker, site);
  undo.push('end load workers', () => watch.close());
  await watch.open(orders);
  const { workload } = cell.scenario;
  const crew = new Crew({ watch, workload, clock, random, signal });
  await crew.subscribe();
  return { system: withCrew(reached, crew, watch, orders), load: crew };
}

function startWorkers(
  orders: readonly WorkerOrder[],
  fork: () => ChildProcess,
  { context }: SystemSite,
): Watch {
  for (const { directory } of orders) mkdirSync(directory, { recursive: true });
  return new Watch(
    orders.map(() => fork()),
    context.clock,
  );
}

function ordersFor(
  { context: { cell, dataDirectory }, startedAtMs }: SystemSite,
  way: Way,
  workers: number,
): readonly WorkerOrder[] {
  return Array.from({ length: workers }, (_, number) => {
    const directory = join(dataDirectory, `worker-${number + 1}`);
    const controlPath = join(dataDirectory, `worker-${number + 1}.ndjson`);
    return { cell, share: { number, of: workers }, clockOriginMs, startedAtMs, way, controlPath, directory };
  });
}

/** Where what the workers drive stands. */
async function reach(site: SystemSite): Promise<Reached> {
  const { driver } = site.context.cell.scenario;
  if (!needsGateway(driver)) return layStack(site);
  const system = await openSystem(site);
  const url = (await system.facts())['gateway']?.['url'];
  if (typeof url !== 'string') throw new TestbedError('UNAVAILABLE', 'the node says of no gateway');
  return { system, way: { kind: 'gateway', driver, url } };
}

/** A stack on which each worker has an orchestrator; here it is only looked at. */
async function layStack({ context, place, undo }: SystemSite): Promise<Reached> {
  const { clock, bus, storage, layers } = context;
  const ground = await layGround(
    { bus, storage, hot: layers?.hot ?? null },
    place,
    clock,
    undo,
    () => process.pid,
  );
  const ports = await openPorts(ground, clock, { undo, purge: undo }, layers);
  const surroundings = {
    ...ground.surroundings,
    gate: createGate(),
    orchestratorClock: new AdjustableClock(clock),
  };
  return {
    way: { kind: 'stack', ...placedParts(ground) },
    system: {
      sut: nobody,
      agents: ports.bareStorage.agents,
      surroundings,
      servers: ground.servers,
      nodes: [],
      staleness: null,
      notices: null,
      facts: async () => ({ ...ports.facts(), ...ground.facts }),
      changes: () => [],
      memory: async () => null,
    },
  };
}

/** The system as it is driven by the workers, with what is to be known of them. */
function withCrew(
  { system, way }: Reached,
  crew: Crew,
  watch: Watch,
  orders: readonly WorkerOrder[],
): OpenSystem {
  const { sut } = system;
  const events = {
    ...sut.events,
    get dropped(): number {
      return crew.dropped ?? 0;
    },
  };
  return {
    ...system,
    sut: { ...sut, events, forgetEnded: () => crew.forgetEnded() },
    facts: async () => ({ ...(await system.facts()), load: factsOf(watch, way) }),
    changes: () => [...system.changes(), ...orders.flatMap(({ controlPath }) => readEntries(controlPath))],
    memory: () => (way.kind === 'stack' ? crew.memory() : system.memory()),
  };
}

function factsOf({ pids, clockWithinMs }: Watch, way: Way) {
  return {
    workers: pids.length,
    pids: pids.join(', '),
    transport: 'IPC',
    drives: way.kind === 'stack' ? 'an orchestrator in each worker' : `the gateway, by ${way.driver}`,
    clockWithinMs,
  };
}

function readEntries(path: string): readonly ControlEntry[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as ControlEntry);
}

/** No orchestrator runs in the process of the cell, nor can it be asked for anything. */
const refuse = (): Promise<never> =>
  Promise.reject(new TestbedError('UNSUPPORTED', 'what its workers drive, the process of a cell does not'));
const nobody: SystemUnderTest = {
  spawn: refuse,
  pause: refuse,
  resume: refuse,
  complete: refuse,
  fail: refuse,
  kill: refuse,
  events: { publish: refuse, subscribe: refuse },
  messages: { publish: refuse, subscribe: refuse },
  close: async () => undefined,
};
