import type { BusAdapter, Connection, StorageAdapter } from '../../adapters/adapter.ts';
import { createGate, type Gate, gateBus, gateStorage } from '../../chaos/gate.ts';
import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import type { Storage } from '../../core/storage.ts';
import { ControlLog, observeStorage } from './control-log.ts';
import type { UndoStack } from './undo.ts';

/** A bus and a storage, open: as the orchestrator is given them, and bare, for reading the final state. */
export interface OpenStack {
  readonly bus: Bus;
  readonly storage: Storage;
  readonly bareStorage: Storage;
  readonly gate: Gate;
  readonly control: ControlLog;
  readonly facts: { readonly bus: Connection<Bus>['facts']; readonly storage: Connection<Storage>['facts'] };
}

export interface StackPlace {
  readonly directory: string;
  readonly namespace: string;
  readonly durability: string;
}

/** Why this stack cannot be opened as asked; null when it can. */
export function unsupportedBy(bus: BusAdapter, storage: StorageAdapter, durability: string): string | null {
  const parts = [
    ['bus', bus],
    ['storage', storage],
  ] as const;
  for (const [what, { name, traits }] of parts) {
    if (traits.durability.includes(durability)) continue;
    return `${what} ${name} cannot be durable to "${durability}" (it can: ${traits.durability.join(', ')})`;
  }
  return null;
}

/** Opens storage, then bus; each pushes its own close. */
export async function openStack(
  busAdapter: BusAdapter,
  storageAdapter: StorageAdapter,
  place: StackPlace,
  clock: Clock,
  undo: UndoStack,
): Promise<OpenStack> {
  const at = { ...place, options: {} };
  const storage = await storageAdapter.open(at);
  undo.push(`close storage ${storageAdapter.name}`, () => storage.close());
  const bus = await busAdapter.open(at);
  undo.push(`close bus ${busAdapter.name}`, () => bus.close());
  const gate = createGate();
  const control = new ControlLog(clock);
  return {
    bus: gateBus(bus.port, gate),
    storage: observeStorage(gateStorage(storage.port, gate), control),
    bareStorage: storage.port,
    gate,
    control,
    facts: { bus: bus.facts, storage: storage.facts },
  };
}
