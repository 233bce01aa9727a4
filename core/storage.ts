import type { Agent, AgentStatus } from './agent.ts';
import type { Message } from './message.ts';
import type { NodeRepository, Token } from './nodes/life.ts';
import type { Swarm, SwarmStatus } from './swarm.ts';

/** A place in a listing, opaque to everyone but the storage that gave it. */
export type Cursor = string;

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly next?: Cursor;
}

export interface PageRequest {
  readonly after?: Cursor;
  /** At most this many items; 1 to 10,000. */
  readonly limit: number;
}

/** All named conditions must hold. None named: everything. */
export interface AgentFilter {
  readonly status?: AgentStatus;
  readonly swarmId?: string;
  readonly parentId?: string;
  readonly owner?: string;
}

export interface SwarmFilter {
  readonly status?: SwarmStatus;
}

/**
 * Versioned records. Many at a time, because every store is faster that way and one is many with length 1.
 * What is written with a token is stored only while the life of that token stands, which is looked at in the same step as the
 * write: FENCED otherwise.
 * A page shows each record that matched all through the listing exactly once, whatever comes and goes meanwhile.
 */
export interface Repository<Item extends { readonly id: string; readonly version: number }, Filter> {
  /** All or nothing. DUPLICATE when an id exists. `version` must be 1. */
  insert(items: readonly Item[], token?: Token): Promise<void>;
  get(id: string): Promise<Item | undefined>;
  /**
   * Compare-and-set, each item for itself: item is stored if the stored version is `item.version - 1`.
   * Resolves to the ids that were *not* stored because the version differed or the record is gone.
   */
  update(items: readonly Item[], token?: Token): Promise<readonly string[]>;
  find(filter: Filter, page: PageRequest): Promise<Page<Item>>;
  count(filter: Filter): Promise<number>;
  /** Ids that do not exist are ignored. Resolves to how many were removed. */
  remove(ids: readonly string[]): Promise<number>;
}

export type AgentRepository = Repository<Agent, AgentFilter>;
export type SwarmRepository = Repository<Swarm, SwarmFilter>;

/** Events kept in storage (not on the bus), for history and audit. */
export interface EventRepository {
  append(events: readonly Message[]): Promise<void>;
  /** In the order appended; of one agent when `key` is given. */
  read(filter: { readonly key?: string }, page: PageRequest): Promise<Page<Message>>;
  count(): Promise<number>;
  /** Removes the oldest until at most `keep` remain. Resolves to how many were removed. */
  prune(keep: number): Promise<number>;
}

/** What has become of agents since a place in time, to be applied in this order. */
export interface AgentChanges {
  /** As they are now, whatever happened to them in between. */
  readonly changed: readonly Agent[];
  readonly removed: readonly string[];
  /** Where the next call goes on. */
  readonly next: Cursor;
  /** There is more already. */
  readonly more: boolean;
}

/**
 * Keeps a copy of all agents up to date without listing them again and again. Called until there is no `more`, it tells of
 * every change that was stored before the first of these calls, whoever made it; what was being stored meanwhile may
 * be told now, the next time, or both times.
 */
export interface ChangeLog {
  /**
   * Without `after`: all agents, to begin with. OUT_OF_RANGE when what is after it can no longer be told, because too much
   * was removed since or the server had to recover: begin again then.
   */
  since(page: PageRequest): Promise<AgentChanges>;
}

/** The port of everything that is remembered. */
export interface Storage {
  readonly agents: AgentRepository;
  readonly swarms: SwarmRepository;
  readonly events: EventRepository;
  /** Absent: this storage cannot tell what has changed. */
  readonly changes?: ChangeLog;
  /** Absent: nodes cannot share this storage. */
  readonly nodes?: NodeRepository;
}

/** As much of a storage as changes nothing: what a replica of it can answer, perhaps as things were a moment ago. */
export interface StorageReads {
  readonly agents: Pick<AgentRepository, 'get' | 'find' | 'count'>;
  readonly swarms: Pick<SwarmRepository, 'get' | 'find' | 'count'>;
  readonly events: Pick<EventRepository, 'read' | 'count'>;
}
