import type { Adapter, Connection } from '../../adapters/adapter.ts';
import type { Gate } from '../../chaos/gate.ts';
import { createGate, gateBus, gateStorage } from '../../chaos/gate.ts';
import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import type { Storage, StorageReads } from '../../core/storage.ts';
import type { Ground, Opening } from './ground.ts';
import type { StackLayers } from './open-stack.ts';
import { spreadReads } from './replica-reads.ts';
import { type OpenReplica, replicaFacts } from './replicas.ts';
import type { UndoStack } from './undo.ts';

/** A bus and a storage, open: as the orchestrator is given them, and bare, for reading the final state. */
export interface OpenPorts {
  readonly bus: Bus;
  readonly storage: Storage;
  readonly bareStorage: Storage;
  /** Reads that may be behind, from replicas; null where there are none. */
  readonly copy: StorageReads | null;
  /** What each replica holds, for itself. */
  readonly replicas: readonly StorageReads[];
  readonly gate: Gate;
  /** What bus and storage said of their settings, and each layer of what it has done. */
  facts(): { readonly [part: string]: Connection<unknown>['facts'] };
}

const noLayers: StackLayers = {
  hot: null,
  over: ({ bus, storage, bare, replicas }) => ({ bus, storage, stored: bare, replicas, facts: () => ({}) }),
};

/** Opens storage, then bus, then what else there is, with the gate and the layers over them. */
export async function openPorts(
  { bus: busOpening, storage: storageOpening, hot: hotOpening }: Pick<Ground, 'bus' | 'storage' | 'hot'>,
  clock: Clock,
  /** Each part pushes its close onto one, and onto the other what removes what it kept where it was a guest. */
  { undo, purge }: { readonly undo: UndoStack; readonly purge: UndoStack },
  layers: StackLayers = noLayers,
  openFollowing: () => Promise<readonly OpenReplica[]> = async () => [],
): Promise<OpenPorts> {
  const open = async <Port>(
    what: string,
    { adapter, place, address, isGuest }: Opening<Adapter<Port>>,
  ): Promise<Connection<Port>> => {
    const connection = await adapter.open(place, address);
    undo.push(`close ${what} ${adapter.name}`, () => connection.close());
    if (connection.purge !== undefined && isGuest) {
      purge.push(`remove what ${what} ${adapter.name} kept`, () => connection.purge?.() ?? Promise.resolve());
    }
    return connection;
  };
  const storage = await open('storage', storageOpening);
  const bus = await open('bus', busOpening);
  const hot = hotOpening && (await open('hot storage', hotOpening));
  const replicas = await openFollowing();
  const gate = createGate();
  const ports = {
    bus: gateBus(bus.port, gate),
    storage: gateStorage(storage.port, gate),
    bare: storage.port,
    hot: hot?.port ?? null,
    replicas: replicas.map(({ connection }) => connection.port),
  };
  const layered = layers.over(ports, clock);
  const spread = replicas.length > 0 ? spreadReads(layered.replicas, layered.storage) : null;
  return {
    bus: layered.bus,
    storage: layered.storage,
    bareStorage: layered.stored,
    copy: spread?.reads ?? null,
    replicas: layered.replicas,
    gate,
    facts: () => ({
      bus: bus.facts,
      storage: storage.facts,
      ...replicaFacts(replicas),
      ...(spread && { replicaReads: spread.facts() }),
      ...layered.facts(),
    }),
  };
}
