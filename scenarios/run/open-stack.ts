import type { Adapter, BusAdapter, Connection, Place, StorageAdapter } from '../../adapters/adapter.ts';
import { createGate, type Gate, gateBus, gateStorage } from '../../chaos/gate.ts';
import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import type { Storage } from '../../core/storage.ts';
import type { StackOptions } from '../scenario.ts';
import { optionsFor } from './adapter-options.ts';
import { ControlLog, observeStorage } from './control-log.ts';
import { type GivenAddresses, provision } from './provision.ts';
import type { UndoStack } from './undo.ts';

/** A bus and a storage, open: as the orchestrator is given them, and bare, for reading the final state. */
export interface OpenStack {
  readonly bus: Bus;
  readonly storage: Storage;
  readonly bareStorage: Storage;
  readonly gate: Gate;
  readonly control: ControlLog;
  /** What bus and storage said of their settings, and each server of our own of itself. */
  readonly facts: { readonly [part: string]: Connection<unknown>['facts'] };
}

/** Where a stack keeps its data, how its adapters are tuned, and the servers that somebody else runs for it. */
export interface StackPlace extends Omit<Place, 'options'> {
  readonly options: StackOptions;
  readonly given: GivenAddresses;
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

/** Starts the stack's servers, opens storage, then bus; each pushes its own undo. */
export async function openStack(
  busAdapter: BusAdapter,
  storageAdapter: StorageAdapter,
  { given, options, ...where }: StackPlace,
  clock: Clock,
  undo: UndoStack,
): Promise<OpenStack> {
  const placeOf = (what: keyof StackOptions, { name }: Adapter<unknown>): Place => ({
    ...where,
    clock,
    options: optionsFor(options[what], name),
  });
  const users = [
    { adapter: storageAdapter, place: placeOf('storage', storageAdapter) },
    { adapter: busAdapter, place: placeOf('bus', busAdapter) },
  ];
  const servers = await provision(users, given, undo);
  const open = async <Port>(what: keyof StackOptions, adapter: Adapter<Port>): Promise<Connection<Port>> => {
    const connection = await adapter.open(placeOf(what, adapter), servers.addressOf(adapter));
    undo.push(`close ${what} ${adapter.name}`, () => connection.close());
    if (connection.purge !== undefined && servers.isGiven(adapter)) {
      undo.push(`remove what ${what} ${adapter.name} kept`, () => connection.purge?.() ?? Promise.resolve());
    }
    return connection;
  };
  const storage = await open('storage', storageAdapter);
  const bus = await open('bus', busAdapter);
  const gate = createGate();
  const control = new ControlLog(clock);
  return {
    bus: gateBus(bus.port, gate),
    storage: observeStorage(gateStorage(storage.port, gate), control),
    bareStorage: storage.port,
    gate,
    control,
    facts: { bus: bus.facts, storage: storage.facts, ...servers.facts },
  };
}
