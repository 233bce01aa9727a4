import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Adapter,
  BusAdapter,
  Connection,
  Place,
  Replica,
  Server,
  StorageAdapter,
} from '../../adapters/adapter.ts';
import { AdjustableClock } from '../../chaos/clock/adjustable-clock.ts';
import { createGate, gateBus, gateStorage } from '../../chaos/gate.ts';
import { familyOf } from '../../chaos/process/proc.ts';
import type { DiskWriter, Part, Surroundings } from '../../chaos/target.ts';
import type { FaultOrder } from '../../chaos/timeline.ts';
import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import type { Storage, StorageReads } from '../../core/storage.ts';
import type { StackOptions } from '../scenario.ts';
import { optionsFor } from './adapter-options.ts';
import { linkedParts, StackLinks } from './links.ts';
import { type GivenAddresses, type Provision, provision } from './provision.ts';
import { spreadReads } from './replica-reads.ts';
import { openReplicas, replicaFacts, startReplicas } from './replicas.ts';
import type { UndoStack } from './undo.ts';

/** A bus and a storage, open: as the orchestrator is given them, and bare, for reading the final state. */
export interface OpenStack {
  readonly bus: Bus;
  readonly storage: Storage;
  readonly bareStorage: Storage;
  /** Reads that may be behind, from replicas; null where there are none. */
  readonly copy: StorageReads | null;
  /** What each replica holds, for itself. */
  readonly replicas: readonly StorageReads[];
  /** What of it faults can act on. */
  readonly surroundings: Surroundings;
  /** Its servers of our own, replicas among them. */
  readonly servers: readonly Server[];
  /** What bus and storage said of their settings, each server of our own of itself, and each layer of what it has done. */
  facts(): { readonly [part: string]: Connection<unknown>['facts'] };
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

const noLayers: StackLayers = {
  hot: null,
  over: ({ bus, storage, bare, replicas }) => ({ bus, storage, stored: bare, replicas, facts: () => ({}) }),
};

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
  busAdapter: BusAdapter,
  storageAdapter: StorageAdapter,
  { given, options, replicas: wanted = 0, faults = [], linkSeed = 0, ...where }: StackPlace,
  clock: Clock,
  undo: UndoStack,
  layers: StackLayers = noLayers,
): Promise<OpenStack> {
  const placeOf = (what: keyof StackOptions, { name }: Adapter<unknown>): Place => ({
    ...where,
    clock,
    options: optionsFor(options[what], name),
  });
  const storagePlace = placeOf('storage', storageAdapter);
  const shared = [storageAdapter, busAdapter].some(({ server }) => server && server === layers.hot?.server);
  const hotPlace = layers.hot && cornerOf({ ...where, clock, options: {} }, layers.hot, shared);
  const users = [
    { adapter: storageAdapter, place: storagePlace },
    { adapter: busAdapter, place: placeOf('bus', busAdapter) },
    ...(layers.hot && hotPlace ? [{ adapter: layers.hot, place: hotPlace }] : []),
  ];
  const servers = await provision(users, given, undo);
  const primary = servers.serverOf(storageAdapter.server ?? '');
  const oneServer = busAdapter.server === storageAdapter.server;
  const links = new StackLinks(linkedParts(faults, oneServer), linkSeed, undo);
  const following = await startReplicas(storageAdapter, storagePlace, primary, wanted, links, undo);
  const open = async <Port>(
    what: string,
    adapter: Adapter<Port>,
    place: Place,
    part: Part | null,
  ): Promise<Connection<Port>> => {
    const direct = servers.addressOf(adapter);
    const address = part === null ? direct : await links.through(part, adapter.server, direct);
    const connection = await adapter.open(place, address);
    undo.push(`close ${what} ${adapter.name}`, () => connection.close());
    if (connection.purge !== undefined && servers.isGiven(adapter)) {
      undo.push(`remove what ${what} ${adapter.name} kept`, () => connection.purge?.() ?? Promise.resolve());
    }
    return connection;
  };
  const storage = await open('storage', storageAdapter, storagePlace, 'storage');
  const bus = await open('bus', busAdapter, placeOf('bus', busAdapter), 'bus');
  const hot = layers.hot && hotPlace ? await open('hot storage', layers.hot, hotPlace, null) : null;
  const replicas = await openReplicas(storageAdapter, storagePlace, following, links, undo);
  const gate = createGate();
  const ports = {
    bus: gateBus(bus.port, gate),
    storage: gateStorage(storage.port, gate),
    bare: storage.port,
    hot: hot?.port ?? null,
    replicas: replicas.map(({ connection }) => connection.port),
  };
  const layered = layers.over(ports, clock);
  const spread = wanted > 0 ? spreadReads(layered.replicas, layered.storage) : null;
  return {
    bus: layered.bus,
    storage: layered.storage,
    bareStorage: layered.stored,
    copy: spread?.reads ?? null,
    replicas: layered.replicas,
    surroundings: {
      clock,
      gate,
      directory: where.directory,
      links: links.made,
      writers: writersOf([storageAdapter, busAdapter], servers, where.directory),
      orchestratorClock: new AdjustableClock(clock),
      servers: serversOf({ bus: busAdapter, storage: storageAdapter }, servers, following, links.made),
    },
    servers: [...servers.servers, ...following],
    facts: () => ({
      bus: bus.facts,
      storage: storage.facts,
      ...servers.facts,
      ...replicaFacts(replicas),
      ...(spread && { replicaReads: spread.facts() }),
      ...layered.facts(),
    }),
  };
}

/** Who writes what a stack keeps: its own servers, and our process for the parts that live there. */
function writersOf(
  adapters: readonly Adapter<unknown>[],
  provision: Provision,
  directory: string,
): readonly DiskWriter[] {
  const kinds = [...new Set(adapters.map(({ server }) => server ?? null))];
  return kinds.flatMap((technology): readonly DiskWriter[] => {
    if (technology === null) return [{ technology, directory, pids: () => [process.pid] }];
    const server = provision.serverOf(technology);
    if (server === undefined) return [];
    return [{ technology, directory: server.directory ?? directory, pids: () => familyOf(server.pid) }];
  });
}

/** The servers of a stack that are ours to harm, by what they serve. */
function serversOf(
  adapters: { readonly bus: Adapter<unknown>; readonly storage: Adapter<unknown> },
  provision: Provision,
  replicas: readonly Replica[],
  links: Surroundings['links'],
): Surroundings['servers'] {
  const servers: { [part in Part]?: NonNullable<Surroundings['servers'][Part]> } = {};
  const [replica] = replicas;
  const { server: replicated = '' } = adapters.storage;
  for (const part of ['bus', 'storage'] as const) {
    const { server: technology } = adapters[part];
    const server = technology === undefined ? undefined : provision.serverOf(technology);
    if (technology === undefined || server === undefined) continue;
    if (replica !== undefined && technology === replicated) {
      const ways = [links.bus, links.storage].flatMap((way) =>
        way?.technology === technology ? [way.link] : [],
      );
      servers[part] = { technology, server, successor: { server: replica, ways } };
    } else servers[part] = { technology, server };
  }
  if (replica !== undefined) servers.replica = { technology: replicated, server: replica };
  return servers;
}

/** Where the hot storage keeps its copies: apart from the stack's own, at the level that asks least unless it shares their server. */
function cornerOf(place: Place, { traits }: StorageAdapter, shared: boolean): Place {
  const directory = join(place.directory, 'hot');
  mkdirSync(directory, { recursive: true });
  const [first = 'none'] = traits.durability;
  const lowest = traits.durability.includes('none') ? 'none' : first;
  const durability = shared ? place.durability : lowest;
  return { ...place, directory, namespace: `${place.namespace}_hot`, durability };
}
