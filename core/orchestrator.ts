import type { Agent } from './agent.ts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import type { EventType } from './event.ts';
import type { AgentEventBus } from './event-bus.ts';
import type { Recovered, RecoverOptions } from './lifecycle/recovery.ts';
import type { RetentionPolicy } from './lifecycle/retention.ts';
import type { SpawnRequest } from './lifecycle/spawner.ts';
import type { Json, Message } from './message.ts';
import type { MessageBus } from './message-bus.ts';
import type { PerformanceMonitor } from './monitor.ts';
import type { NodeLife } from './nodes/life.ts';
import type { OrchestratorOptions } from './options.ts';
import type { Random } from './random.ts';
import type {
  AgentChanges,
  AgentFilter,
  Page,
  PageRequest,
  Storage,
  StorageReads,
  SwarmFilter,
} from './storage.ts';
import type { Swarm } from './swarm.ts';
import type { SwarmRequest, Swarms } from './swarms/swarms.ts';

export interface OrchestratorParts {
  readonly bus: Bus;
  readonly storage: Storage;
  /**
   * A copy of the storage that may be behind it. It answers `get` (but never with less than this node has at hand), `list`,
   * `count`, `children`, `history` and those of swarms, `list` and `members`; the storage answers all that is decided on.
   */
  readonly copy?: StorageReads;
  readonly clock: Clock;
  readonly random: Random;
  /** Owns the agents it spawns. The same name after a restart finds them again. Default `main`. */
  readonly node?: string;
  readonly options?: OrchestratorOptions;
}

/** An event to be emitted; the orchestrator numbers and stamps it. */
export interface EventDraft {
  readonly type: EventType;
  readonly agentId: string;
  readonly swarmId?: string;
  readonly data?: Json;
}

/** A message to be sent; the orchestrator numbers and stamps it. */
export interface MessageDraft {
  readonly topic: string;
  readonly type: string;
  readonly swarmId?: string;
  readonly data?: Json;
}

/** How one node is doing. Counts are since it was created. */
export interface OrchestratorStats {
  readonly events: ChannelStats;
  readonly messages: ChannelStats;
  /** Compare-and-sets that found another version. */
  readonly conflicts: number;
  readonly cache: { readonly size: number; readonly hits: number; readonly misses: number };
  /** Lifecycle events on their way to the bus, and those it never took for certain. */
  readonly outbox: { readonly waiting: number; readonly lost: number };
  /** Agents that wait for a retry. */
  readonly retrying: number;
  /** Repairs that the store does not allow for now. */
  readonly obligations: number;
  /** Errors that no caller got to see. */
  readonly reported: number;
  /** Null: it is alone. Else as whom it owns agents now, the leases that it has lost, the agents that it has taken from nodes that had more, and all nodes as it saw them last. */
  readonly lease: {
    readonly owner: string;
    readonly lost: number;
    readonly moved: number;
    readonly nodes: readonly NodeLife[];
  } | null;
}

/** What can be done with swarms once they are created. */
export interface SwarmControl extends Pick<Swarms, 'get' | 'run' | 'pause' | 'resume' | 'scale' | 'destroy'> {
  list(filter: SwarmFilter, page: PageRequest): Promise<Page<Swarm>>;
  /** Its agents, ended ones included. */
  members(id: string, page: PageRequest): Promise<Page<Agent>>;
}

export interface ChannelStats {
  readonly received: number;
  readonly delivered: number;
  readonly dropped: number;
  readonly failures: number;
  readonly waiting: number;
  readonly subscriptions: number;
}

/**
 * Agents, swarms, events and messages on a bus and a storage. Control operations resolve to what is stored then, and
 * reject with a `TestbedError`: ILLEGAL_TRANSITION, NOT_FOUND, CONFLICT, OVERLOADED, CLOSED, or what the port says.
 */
export interface Orchestrator {
  readonly node: string;
  readonly events: AgentEventBus;
  readonly messages: MessageBus;
  readonly swarms: SwarmControl;
  /** Watches the heap of this process and the events of this node. */
  readonly performanceMonitor: PerformanceMonitor;
  /** All or nothing. Resolves once each is running, stored, and its `agent_start` accepted by the bus. */
  spawn(requests: readonly SpawnRequest[]): Promise<readonly Agent[]>;
  pause(agentId: string): Promise<Agent>;
  resume(agentId: string): Promise<Agent>;
  /** Replaces the session of an agent: what it knows across pause, retry and restart. */
  remember(agentId: string, session: Json): Promise<Agent>;
  complete(agentId: string, result?: Json): Promise<Agent>;
  /** `retrying` while the policy has attempts left, unless `retry` is false; else `failed`. */
  fail(agentId: string, error: string, how?: { readonly retry?: boolean }): Promise<Agent>;
  /** `cascade`: its descendants too. */
  kill(agentId: string, how?: { readonly cascade?: boolean }): Promise<Agent>;
  get(agentId: string): Promise<Agent | undefined>;
  /** As this node last saw it, without asking the store; undefined when it is not at hand. */
  cached(agentId: string): Agent | undefined;
  list(filter: AgentFilter, page: PageRequest): Promise<Page<Agent>>;
  /**
   * Which agents have changed since the call before, whoever changed them: for a copy that is kept up to date. UNSUPPORTED where the
   * storage cannot tell; OUT_OF_RANGE when it no longer can: begin again, without `after`.
   */
  changes(page: PageRequest): Promise<AgentChanges>;
  count(filter: AgentFilter): Promise<number>;
  children(agentId: string, page: PageRequest): Promise<Page<Agent>>;
  /** Resolves to its id once it is active. */
  createSwarm(request: SwarmRequest): Promise<string>;
  /** Resolves once the bus holds them all. */
  emit(drafts: readonly EventDraft[]): Promise<void>;
  send(drafts: readonly MessageDraft[]): Promise<void>;
  /** Events kept in storage (option `history`), oldest first. */
  history(filter: { readonly agentId?: string }, page: PageRequest): Promise<Page<Message>>;
  /** Takes up what an earlier life of this node left in storage, or a dead node; with `keepsPlace`, what the bus kept as well. */
  recover(options?: RecoverOptions): Promise<Recovered>;
  /** Forgets what has ended (all of it, unless told): in storage, cache and subscriptions. Resolves to how many agents. */
  forgetEnded(which?: Partial<Omit<RetentionPolicy, 'everyMs'>>): Promise<number>;
  stats(): OrchestratorStats;
  /** Idempotent. Agents stay as they are stored; the ports stay open, they are the caller's. */
  close(): Promise<void>;
}
