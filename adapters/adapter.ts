import type { Bus } from '../core/bus.ts';
import type { Clock } from '../core/clock.ts';
import type { Storage, StorageReads } from '../core/storage.ts';

/** The levels that compare across stacks; see docs/contract.md. */
export const durabilityLevels = ['none', 'process-crash', 'power-loss'] as const;
export type DurabilityLevel = (typeof durabilityLevels)[number];
/** A level, or one adapter's own setting by name (`sqlite-normal`, `redis-everysec`), labelled for what it is. */
export type Durability = DurabilityLevel | (string & {});

/** What an adapter says of itself. The runner, the conformance suite and the reports read the same object. */
export interface Traits {
  /** The durability settings it can be opened with. */
  readonly durability: readonly Durability[];
  /** Two processes that open the same place see each other's data. */
  readonly crossProcess: boolean;
  /** Largest payload of one message or record, in bytes as encoded. */
  readonly maxPayloadBytes: number;
}

export interface BusTraits extends Traits {
  /** Among which messages order is kept. */
  readonly order: 'channel' | 'key' | 'none';
  /** What a late subscriber can still read: nothing, a bounded window, or everything not pruned. */
  readonly replay: 'none' | 'window' | 'all';
  /** A batch whose handler failed, or whose consumer died, is delivered again. */
  readonly redelivers: boolean;
  /** Consumer groups. */
  readonly groups: boolean;
}

export interface StorageTraits extends Traits {
  /** It can tell which agents have changed since. Absent: it cannot. */
  readonly changes?: boolean;
  /** Nodes can share it: it knows their leases, and refuses what is written without one. Absent: it does not. */
  readonly nodes?: boolean;
}

/** Where a run keeps its data, and how. */
export interface Place {
  /** A private directory, which exists. */
  readonly directory: string;
  /** Prefix for names on a server that others use too. */
  readonly namespace: string;
  readonly durability: Durability;
  /** The adapter's own options, as named in its README; unknown names are INVALID_CONFIG. */
  readonly options: { readonly [name: string]: unknown };
  /** For leases, retries and polling. Default: the system's. */
  readonly clock?: Clock;
}

/** A whole number that an adapter can be tuned by. */
export interface IntegerOption {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** What it does, for a person. */
  readonly meaning: string;
}

/** How to reach a server. */
export interface Address {
  readonly url: string;
}

/** A real process behind an adapter. Its data and its address outlive kill, stop and start. */
export interface Server {
  readonly address: Address;
  readonly pid: number;
  /** Where it keeps its data. Absent: nobody outside it knows. */
  readonly directory?: string;
  /** What it runs as and where. */
  readonly facts?: { readonly [name: string]: string | number | boolean };
  kill(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Ends it for good, in whatever state it is, and removes its data. Idempotent; what opened it pushes this as its undo. */
  close(): Promise<void>;
}

/**
 * A server that follows another, its primary, and answers reads as things were a moment ago. It can be killed, paused and
 * started as any server; it comes back to its primary by itself, wherever that is started again.
 */
export interface Replica extends Server {
  /** How much of what its primary has written it has not taken in, in bytes of the log between the two. UNAVAILABLE when one does not say. */
  lagBytes(): Promise<number>;
  /** Follows nobody from now on, over all its starts, and takes writes. Resolves once it does. */
  promote(): Promise<void>;
}

/** An open port. */
export interface Connection<Port> {
  readonly port: Port;
  /** What was read back from the store: versions, durability settings, batching, acknowledgement mode. */
  readonly facts: { readonly [name: string]: string | number | boolean };
  /** Idempotent. Waits for what is being written; afterwards every call of the port rejects with CLOSED. */
  close(): Promise<void>;
  /**
   * Removes everything kept under the place's namespace on a server that others use too: before `close`, when the run is
   * over. Absent: what is kept goes with the place's directory.
   */
  purge?(): Promise<void>;
}

/** One implementation of a port. A plain object; its client library is imported inside `open`. */
export interface Adapter<Port, T extends Traits = Traits> {
  readonly name: string;
  readonly traits: T;
  /** What `place.options` may name. Absent: nothing. */
  readonly options?: { readonly [name: string]: IntegerOption };
  /** Which kind of server it talks to, e.g. `redis`: the adapters of one stack that name the same one share it. */
  readonly server?: string;
  /** Starts a server of our own. Absent: it lives inside our process. */
  serve?(place: Place): Promise<Server>;
  /**
   * Starts a replica of a server of our own, at the same place. Resolves once it holds all that the primary held when
   * it was asked for. It follows the primary through `source`, where that is another way to it. Absent: there is none.
   */
  replicate?(primary: Server, place: Place, source?: Address): Promise<Replica>;
  open(place: Place, address?: Address): Promise<Connection<Port>>;
}

export type BusAdapter = Adapter<Bus, BusTraits>;

export interface StorageAdapter extends Adapter<Storage, StorageTraits> {
  /** Opens what a replica holds of the place, which is open at its primary. Absent: replicas answer no reads. */
  openReplica?(place: Place, address: Address): Promise<Connection<StorageReads>>;
}

/** Layers over the ports of a stack; null: without. What each does and costs stands in adapters/README.md. */
export interface LayerOptions {
  readonly compression: CompressionOptions | null;
  /** `store`: the storage adapter that keeps copies of hot agents, believed for `freshMs`. */
  readonly hot: { readonly store: string; readonly freshMs: number } | null;
  readonly queryCache: QueryCacheOptions | null;
}

export interface CompressionOptions {
  readonly algorithm: 'gzip' | 'zstd';
  /** Payloads of this size and smaller are left as they are. */
  readonly aboveBytes: number;
}

export interface QueryCacheOptions {
  /** How old an answer may be, as far as others' writes go. */
  readonly forMs: number;
  /** At most this many answers of each repository. */
  readonly entries: number;
}
