import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryBus, memoryStorage } from '../../adapters/memory/index.ts';
import { assemble } from '../../bin/assemble.ts';
import type { FaultOrder } from '../../chaos/timeline.ts';
import type { Bus } from '../../core/bus.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { Storage } from '../../core/storage.ts';
import type { RunRecord } from '../../reports/record.ts';
import type { Threshold } from '../../reports/threshold.ts';
import { readEnvironment } from '../../scenarios/run/environment.ts';
import { runCell, type SystemParts } from '../../scenarios/run/run-cell.ts';
import { type CheckName, checkNames, type Workload } from '../../scenarios/scenario.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { passThrough, withBus, withStorage } from './decorate.ts';
import { FakeClock } from './fake-clock.ts';
import { workloadOf } from './workload.ts';

/** What of the cell is to be seen through a decorator. */
export interface Decorations {
  readonly bus?: (bus: Bus, clock: Clock) => Bus;
  readonly storage?: (storage: Storage) => Storage;
  readonly system?: (sut: SystemUnderTest, parts: SystemParts) => SystemUnderTest;
  readonly workload?: Partial<Workload>;
  readonly thresholds?: readonly Threshold[];
  readonly faults?: readonly FaultOrder[];
  /** Default 1. */
  readonly seed?: number;
}

/** Enough of everything for each double to go wrong a few times in a second. */
const environment = readEnvironment();

const workload: Partial<Workload> = {
  agents: 10,
  lifetime: { meanMs: 400, complete: 0.8, fail: 0.1, kill: 0.1 },
  swarms: { min: 1, max: 3, strategies: ['parallel', 'tree'] },
  branching: true,
  subscribers: { count: 2, late: 1 },
  arrivals: 'poisson',
  eventsPerS: 2000,
  messagesPerS: 400,
  transitionsPerS: 50,
  drainMs: 1000,
  phases: [
    { name: 'warmup', forMs: 100, warmup: true, rateFrom: 1, rateTo: 1 },
    { name: 'steady', forMs: 1000, warmup: false, rateFrom: 1, rateTo: 1 },
  ],
  chain: { depth: 20, count: 2 },
};

/** Where nothing goes wrong from outside there is nothing to come back from, and without a backlog none to catch up with. */
function checksOf({ faults, workload: change }: Decorations): readonly CheckName[] {
  const without = [...(faults ? [] : ['converges']), ...(change?.backlog ? [] : ['backlog-drained'])];
  return checkNames.filter((name) => !without.includes(name));
}

// These cells share a process: their heap says nothing, and to collect it would take most of the time.
Reflect.deleteProperty(globalThis, 'gc');

let last: Promise<unknown> = Promise.resolve();

/** The same in virtual time, one after another: the same every time, however busy the machine. */
export function playShortCell(decorations: Decorations): Promise<RunRecord> {
  const record = last.then(() => {
    const clock = new FakeClock();
    return clock.play(runShortCell(decorations, clock));
  });
  last = record.catch(() => {});
  return record;
}

/** Runs one cell of about a second on the memory stack, through the runner itself. */
export async function runShortCell(decorations: Decorations, clock: Clock = systemClock): Promise<RunRecord> {
  const { bus = passThrough.bus, storage = passThrough.storage, system = passThrough.system } = decorations;
  const directory = mkdtempSync(join(tmpdir(), 'testbed-doubles-'));
  try {
    return await runCell({
      cell: {
        scenario: {
          name: 'short',
          description: 'a second of everything',
          source: 'short',
          workload: workloadOf({ ...workload, ...decorations.workload }),
          stacks: ['memory'],
          durability: 'none',
          thresholds: decorations.thresholds ?? [],
          checks: checksOf(decorations),
          ...(decorations.faults && { faults: decorations.faults }),
        },
        stack: { name: 'memory', bus: 'memory', storage: 'memory' },
        iteration: 1,
        seed: decorations.seed ?? 1,
      },
      bus: withBus(memoryBus, (port) => bus(port, clock)),
      storage: withStorage(memoryStorage, storage),
      assemble: async (parts) => system(await assemble(parts), parts),
      dataDirectory: directory,
      outputDirectory: directory,
      clock,
      environment,
      signal: new AbortController().signal,
      progress: () => {},
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
