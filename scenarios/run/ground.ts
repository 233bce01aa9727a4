import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Adapter,
  Address,
  BusAdapter,
  Place,
  Replica,
  Server,
  StorageAdapter,
} from '../../adapters/adapter.ts';
import { familyOf } from '../../chaos/process/proc.ts';
import type { DiskWriter, Surroundings } from '../../chaos/target.ts';
import type { Part } from '../../chaos/target-name.ts';
import type { Clock } from '../../core/clock.ts';
import type { StackOptions } from '../scenario.ts';
import { optionsFor } from './adapter-options.ts';
import { linkedParts, StackLinks } from './links.ts';
import type { StackPlace } from './open-stack.ts';
import { type Provision, provision } from './provision.ts';
import { startReplicas } from './replicas.ts';
import type { UndoStack } from './undo.ts';

/** One part of a stack, ready to be opened: by us, or by a node. */
export interface Opening<A> {
  readonly adapter: A;
  readonly place: Place;
  readonly address: Address | undefined;
  /** Its server was there before us: what it keeps there is to be removed. */
  readonly isGuest: boolean;
}

/** A stack whose servers run and have their links, with nothing open. */
export interface Ground {
  readonly bus: Opening<BusAdapter>;
  readonly storage: Opening<StorageAdapter>;
  /** Null: no layer needs one. */
  readonly hot: Opening<StorageAdapter> | null;
  readonly links: StackLinks;
  /** Of the storage's server, each running. */
  readonly replicas: readonly Replica[];
  /** All servers of our own, replicas among them. */
  readonly servers: readonly Server[];
  /** What of it faults can act on, whoever opens it. */
  readonly surroundings: Pick<Surroundings, 'clock' | 'directory' | 'links' | 'writers' | 'servers'>;
  readonly facts: Provision['facts'];
}

/** What a stack stands on: its servers, a link before those that a fault names the link of, and replicas. Each pushes its own undo. */
export async function layGround(
  adapters: {
    readonly bus: BusAdapter;
    readonly storage: StorageAdapter;
    readonly hot: StorageAdapter | null;
  },
  { given, options, replicas: wanted = 0, faults = [], linkSeed = 0, ...where }: StackPlace,
  clock: Clock,
  undo: UndoStack,
  /** The process that the parts without a server live in. */
  ownPid: () => number,
): Promise<Ground> {
  const { bus, storage, hot } = adapters;
  const placeOf = (what: keyof StackOptions, { name }: Adapter<unknown>): Place => ({
    ...where,
    clock,
    options: optionsFor(options[what], name),
  });
  const [storagePlace, busPlace] = [placeOf('storage', storage), placeOf('bus', bus)];
  const shared = [storage, bus].some(({ server }) => server && server === hot?.server);
  const hotPlace = hot && cornerOf({ ...where, clock, options: {} }, hot, shared);
  const users = [
    { adapter: storage, place: storagePlace },
    { adapter: bus, place: busPlace },
    ...(hot && hotPlace ? [{ adapter: hot, place: hotPlace }] : []),
  ];
  const servers = await provision(users, given, undo);
  const primary = servers.serverOf(storage.server ?? '');
  const links = new StackLinks(linkedParts(faults, bus.server === storage.server), linkSeed, undo);
  const following = await startReplicas(storage, storagePlace, primary, wanted, links, undo);
  const opening = async <A extends Adapter<unknown>>(
    adapter: A,
    place: Place,
    part: Part | null,
  ): Promise<Opening<A>> => {
    const direct = servers.addressOf(adapter);
    const address = part === null ? direct : await links.through(part, adapter.server, direct);
    return { adapter, place, address, isGuest: servers.isGiven(adapter) };
  };
  return {
    storage: await opening(storage, storagePlace, 'storage'),
    bus: await opening(bus, busPlace, 'bus'),
    hot: hot && hotPlace ? await opening(hot, hotPlace, null) : null,
    links,
    replicas: following,
    servers: [...servers.servers, ...following],
    surroundings: {
      clock,
      directory: where.directory,
      links: links.made,
      writers: writersOf([storage, bus], servers, where.directory, ownPid),
      servers: serversOf({ bus, storage }, servers, following, links.made),
    },
    facts: servers.facts,
  };
}

/** Who writes what a stack keeps: its own servers, and the orchestrator's process for the parts that live there. */
function writersOf(
  adapters: readonly Adapter<unknown>[],
  provision: Provision,
  directory: string,
  ownPid: () => number,
): readonly DiskWriter[] {
  const kinds = [...new Set(adapters.map(({ server }) => server ?? null))];
  return kinds.flatMap((technology): readonly DiskWriter[] => {
    if (technology === null) return [{ technology, directory, pids: () => [ownPid()] }];
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
