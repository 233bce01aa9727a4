import type { BusAdapter, StorageAdapter } from '../../adapters/adapter.ts';
import { AdjustableClock } from '../../chaos/clock/adjustable-clock.ts';
import type { Clock } from '../../core/clock.ts';
import { createRandom } from '../../core/random.ts';
import { observeStorage } from '../run/observe-storage.ts';
import type { StackLayers } from '../run/open-stack.ts';
import type { SystemParts } from '../run/run-cell.ts';
import { UndoStack } from '../run/undo.ts';
import type { Scenario, Workload } from '../scenario.ts';
import type { SystemUnderTest } from '../sut.ts';
import { ChangesFile } from './changes.ts';
import type { Hosted } from './host.ts';
import { openPlaced } from './open-placed.ts';
import type { NodeOrder } from './order.ts';

/** The parts of a stack as this process has loaded them. */
export interface LoadedParts {
  readonly bus: BusAdapter;
  readonly storage: StorageAdapter;
  readonly layers?: StackLayers;
  readonly assemble: (parts: SystemParts) => Promise<SystemUnderTest>;
}

/** Opens the stack here, and the system on it; what it opens it pushes onto `undo`. */
export async function hostStack(
  { cell, life, name, startedAtMs, changesPath, ...order }: NodeOrder,
  { assemble, ...stack }: LoadedParts,
  clock: Clock,
  undo: UndoStack,
): Promise<Hosted> {
  const purge = new UndoStack();
  const ports = await openPlaced(stack, order, clock, { undo, purge });
  const changes = new ChangesFile(clock, changesPath, startedAtMs);
  undo.push('close changes', async () => changes.close());
  const adjustable = new AdjustableClock(clock);
  const own = createRandom(cell.seed).fork(cell.scenario.name).fork('orchestrator');
  const random = name === undefined ? own : own.fork(name);
  const sut = await assemble({
    bus: ports.bus,
    storage: observeStorage(ports.storage, changes),
    clock: adjustable,
    random: life === 1 ? random : random.fork(`life ${life}`),
    workload: sharedBy(cell.scenario),
    keepsPlace: stack.bus.traits.groups,
    // What the first keeps there is not shared with others.
    ...(name === undefined ? { directory: order.storage.place.directory } : { node: name }),
  });
  undo.push('close orchestrator', () => sut.close());
  return {
    sut,
    agents: sut.agents ?? ports.bareStorage.agents,
    clock: adjustable,
    facts: () => ports.facts(),
    purge: async () => {
      const failures = await purge.run(clock);
      if (failures.length > 0) throw new Error(failures.join('; '));
    },
  };
}

/** Among several nodes an orchestrator owns its agents under a lease. */
function sharedBy({ workload, nodes = 1, leaseMs, rebalance }: Scenario): Workload {
  if (nodes === 1) return workload;
  const lease = { ...(leaseMs !== undefined && { leaseMs }), ...(rebalance !== undefined && { rebalance }) };
  return { ...workload, orchestrator: { ...workload.orchestrator, lease } };
}
