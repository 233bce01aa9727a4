import type { Adapter, Address, Place, Server } from '../../adapters/adapter.ts';
import type { UndoStack } from './undo.ts';

/** The servers of a stack: ours, or somebody's. Bus and storage that name the same kind share one. */
export interface Provision {
  /** Where an adapter finds its server; undefined for one that lives inside our process. */
  addressOf(adapter: Adapter<unknown>): Address | undefined;
  /** True when the adapter's server was there before us: what a run leaves on it has to be removed. */
  isGiven(adapter: Adapter<unknown>): boolean;
  /** Our own server of a kind; undefined where there is none or it is somebody's. */
  serverOf(kind: string): Server | undefined;
  /** All servers of our own. */
  readonly servers: readonly Server[];
  readonly facts: { readonly [kind: string]: NonNullable<Server['facts']> };
}

/** Addresses of servers that somebody else runs, by kind. */
export type GivenAddresses = { readonly [kind: string]: Address };

/** An adapter and where it keeps its data. */
export interface ServerUser {
  readonly adapter: Adapter<unknown>;
  readonly place: Place;
}

/** Starts what the adapters need and nobody gave; each server pushes its own end. */
export async function provision(
  users: readonly ServerUser[],
  given: GivenAddresses,
  undo: UndoStack,
): Promise<Provision> {
  const own = new Map<string, Server>();
  for (const { adapter, place } of users) {
    const { server: kind, serve } = adapter;
    if (kind === undefined || serve === undefined || given[kind] !== undefined || own.has(kind)) continue;
    const server = await serve(place);
    undo.push(`end ${kind} server`, () => server.close());
    own.set(kind, server);
  }
  return {
    addressOf: ({ server: kind }) =>
      kind === undefined ? undefined : (given[kind] ?? own.get(kind)?.address),
    isGiven: ({ server: kind }) => kind !== undefined && given[kind] !== undefined,
    serverOf: (kind) => own.get(kind),
    servers: [...own.values()],
    facts: Object.fromEntries([...own].map(([kind, { facts, pid }]) => [kind, { ...facts, serverPid: pid }])),
  };
}
