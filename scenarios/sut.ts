import type { AgentStatus } from '../core/agent.ts';
import type { AgentEvent } from '../core/event.ts';
import type { Json, Message } from '../core/message.ts';
import type { OrchestratorStats } from '../core/orchestrator.ts';
import type { AgentChanges, AgentRepository, PageRequest } from '../core/storage.ts';

/**
 * What a scenario drives: our orchestrator, or anyone's that can do this. Every promise resolves when the thing is
 * done as far as the system under test promises, and rejects when it was not.
 */
export interface SystemUnderTest {
  /** Resolves once each agent is running, stored, and its `agent_start` accepted by the bus. */
  spawn(requests: readonly SpawnOrder[]): Promise<readonly { readonly id: string }[]>;
  pause(agentId: string): Promise<unknown>;
  resume(agentId: string): Promise<unknown>;
  complete(agentId: string, result: Json): Promise<unknown>;
  fail(agentId: string, error: string): Promise<unknown>;
  kill(agentId: string): Promise<unknown>;
  readonly events: {
    /** Events that a full queue has discarded so far, by the stated policy. Absent: it cannot say. */
    readonly dropped?: number;
    publish(events: readonly AgentEvent[]): Promise<void>;
    subscribe(
      filter: { readonly types?: readonly AgentEvent['type'][] },
      /** A promise it returns resolves when it is done with them; until then it is given no others. */
      handler: (events: readonly AgentEvent[]) => void | Promise<void>,
    ): Promise<EventSubscription>;
  };
  readonly messages: {
    publish(messages: readonly Message[]): Promise<void>;
    subscribe(pattern: string, handler: (messages: readonly Message[]) => void): Promise<Closable>;
  };
  /** Creates a swarm that agents can be spawned into; resolves to its id. Absent: agents belong to no swarm. */
  createSwarm?(order: SwarmOrder): Promise<string>;
  /**
   * The agents as it remembers them, ended ones too. Needed of a system whose traits say that it has a storage of its own,
   * and read after `close` as well. Absent: they are read from the storage that it was given.
   */
  readonly agents?: AgentsRead;
  /** Looks at its state, as it answers anybody who asks. Absent: it cannot be asked for that. */
  get?(agentId: string): Promise<unknown>;
  list?(
    filter: { readonly status?: AgentStatus },
    page: { readonly limit: number; readonly after?: string },
  ): Promise<unknown>;
  count?(filter: { readonly status: AgentStatus }): Promise<unknown>;
  history?(filter: { readonly agentId: string }, page: { readonly limit: number }): Promise<unknown>;
  /** Which agents have changed since, for a copy of all of them; what it begins with is held against `list`. Absent: it cannot say. */
  changes?(page: PageRequest): Promise<AgentChanges>;
  /**
   * In a process of its own, each time that this begins: takes up what its earlier life has left. Whoever had subscribed has
   * done so again. Absent: nothing to take up.
   */
  recover?(): Promise<unknown>;
  /** As whom it owns agents among the nodes of one stack, and which of these there are. Absent: it cannot say. */
  stats?(): { readonly lease: OrchestratorStats['lease'] };
  /** Forgets agents that have ended. Absent: nothing to forget. */
  forgetEnded?(): Promise<unknown>;
  close(): Promise<void>;
}

/** How the state of a system is read: a listing by filter, in pages, and a count. */
export type AgentsRead = Pick<AgentRepository, 'find' | 'count'>;

export interface SpawnOrder {
  readonly id: string;
  readonly swarmId: string | null;
  readonly parentId: string | null;
  readonly task: Json;
}

export interface SwarmOrder {
  readonly id: string;
  readonly strategy: 'parallel' | 'map-reduce' | 'pipeline' | 'tree';
  readonly size: number;
}

export interface Closable {
  close(): Promise<void>;
}

export interface EventSubscription extends Closable {
  /**
   * Whether what that producer publishes comes in by the node that this subscription is at; null once it has come in by several.
   * Absent: there is one node, or it cannot say.
   */
  near?(producer: number): boolean | null;
}
