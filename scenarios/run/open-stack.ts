import type { BusAdapter, Connection, Place, Server, StorageAdapter } from '../../adapters/adapter.ts';
import { AdjustableClock } from '../../chaos/clock/adjustable-clock.ts';
import type { Surroundings } from '../../chaos/target.ts';
import type { FaultOrder } from '../../chaos/timeline.ts';
import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import type { Storage, StorageReads } from '../../core/storage.ts';
import type { StackOptions } from '../scenario.ts';
import { layGround } from './ground.ts';
import { type OpenPorts, openPorts } from './open-ports.ts';
import type { GivenAddresses } from './provision.ts';
import { openReplicas } from './replicas.ts';
import type { UndoStack } from './undo.ts';

/** An open stack, and what of it faults can act on. */
export interface OpenStack extends OpenPorts {
  readonly surroundings: Surroundings;
  /** The orchestrator's. */
  readonly orchestratorClock: Clock;
  /** Its servers of our own, replicas among them. */
  readonly servers: readonly Server[];
}

/** Where a stack keeps its data, how its adapters are tuned, and the servers that somebody else runs for it. */
export interface StackPlace extends Omit<Place, 'options'> {
  readonly options: StackOptions;
  readonly given: GivenAddresses;
  /** What is to go wrong: a link that a fault names is put in front of its server. Absent: nothing. */
  readonly faults?: readonly FaultOrder[];
  /** Of what links leave to chance. */
  readonly linkSeed?: number;
  /** Of the storage's server. Absent: none. */
  readonly replicas?: number;
}

/** What lies between the orchestrator and the ports, seen through the gate: faults act beneath it. */
export interface StackLayers {
  /** A second storage to be opened beside the stack's own; null: none is needed. */
  readonly hot: StorageAdapter | null;
  over(
    ports: {
      readonly bus: Bus;
      readonly storage: Storage;
      readonly bare: Storage;
      readonly hot: Storage | null;
      readonly replicas: readonly StorageReads[];
    },
    clock: Clock,
  ): {
    readonly bus: Bus;
    readonly storage: Storage;
    /** `bare` as it was written, and nothing that is remembered beside it. */
    readonly stored: Storage;
    /** Replicas as they were written. */
    readonly replicas: readonly StorageReads[];
    facts(): { readonly [layer: string]: Connection<unknown>['facts'] };
  };
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

/** Starts the stack's servers, opens storage, then bus, then replicas; each pushes its own undo. */
export async function openStack(
  bus: BusAdapter,
  storage: StorageAdapter,
  place: StackPlace,
  clock: Clock,
  undo: UndoStack,
  layers?: StackLayers,
): Promise<OpenStack> {
  const adapters = { bus, storage, hot: layers?.hot ?? null };
  const ground = await layGround(adapters, place, clock, undo, () => process.pid);
  const ports = await openPorts(ground, clock, { undo, purge: undo }, layers, () =>
    openReplicas(storage, ground.storage.place, ground.replicas, ground.links, undo),
  );
  const orchestratorClock = new AdjustableClock(clock);
  return {
    ...ports,
    surroundings: { ...ground.surroundings, gate: ports.gate, orchestratorClock },
    orchestratorClock,
    servers: ground.servers,
    facts: () => ({ ...ports.facts(), ...ground.facts }),
  };
}
