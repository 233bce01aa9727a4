import type { LayerOptions } from '../adapters/adapter.ts';
import type { NemesisPlan } from '../chaos/nemesis.ts';
import type { FaultOrder } from '../chaos/timeline.ts';
import type { AgentEventBusOptions } from '../core/event-bus.ts';
import type { SlowPolicy } from '../core/gateway/options.ts';
import type { MessageBusOptions } from '../core/message-bus.ts';
import type { OrchestratorOptions } from '../core/options.ts';
import type { SwarmStrategy } from '../core/swarm.ts';
import type { GateOrder } from '../reports/gate/rule.ts';
import type { Subject } from '../reports/record.ts';
import type { SearchPlan, Variable } from '../reports/search/plan.ts';
import type { Threshold } from '../reports/threshold.ts';
import type { DriverName } from './drivers/driver.ts';
import type { HttpTarget } from './target/target.ts';

export { type DriverName, shortestTimeoutMs } from './drivers/driver.ts';
export { type HttpRequest, type HttpTarget, targetMetrics } from './target/target.ts';

/** The correctness properties a scenario can ask for; what each means stands in scenarios/checks/. */
export const checkNames = [
  'no-lost-acked',
  'no-phantom',
  'at-least-once',
  'exactly-once-effect',
  'order-per-key',
  'offsets-agree',
  'legal-transitions',
  'no-stranded',
  'unique-spawn',
  'indexes-agree',
  'linearizable',
  'converges',
  'chain-complete',
  'backlog-drained',
] as const;
export type CheckName = (typeof checkNames)[number];

/** Metrics that can stop a running cell: those that add up window by window. */
export const abortMetrics = [
  'errors',
  'availability_pct',
  'late_sends',
  'events_per_s',
  'event_delivery_ms',
] as const;

/** A scenario as resolved: every unit a number, every default filled in. What a cell is given. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** The file it came from, as the user named it, or the shipped name. */
  readonly source: string;
  /** The values that this one has of fields that list several, by field. Absent: the file lists none. */
  readonly parameters?: { readonly [name: string]: unknown };
  readonly workload: Workload;
  /** The system under test is this HTTP service, and there is no orchestrator. Absent: there is one. */
  readonly target?: HttpTarget;
  /** It is no cell by itself but looks for the highest value that holds, cell by cell. Absent: a cell. */
  readonly search?: Search;
  /** It is one of several that differ in this alone, and lie on a curve. Absent: it is not. */
  readonly swept?: Variable;
  /** The load ends once a pass bound is beyond return, since nothing else is asked of it. Absent: it plays to its end. */
  readonly endsOnceLost?: true;
  /** Stack names in the order the scenario lists them. */
  readonly stacks: readonly string[];
  readonly durability: string;
  /** Of the storage's server, each a process of its own that answers reads. Absent: none. */
  readonly replicas?: number;
  /** Orchestrators, each in a process of its own. Absent: one in ours, unless a fault is to be done to it alone. */
  readonly nodes?: number;
  /** How long one of several nodes need not renew its lease before it is taken over. Absent: the orchestrator's default. */
  readonly leaseMs?: number;
  /** Agents that one of several nodes takes from those that have more, in the time of a lease at the most. Absent: none. */
  readonly rebalance?: number;
  /** The load is played by this many processes, each with its part of it. Absent: by our own. */
  readonly load?: { readonly workers: number };
  /** A cell that fails is played once more with a profiler looking on. Absent: it is not. */
  readonly profileOn?: 'fail';
  /** How the load reaches the orchestrator. Absent: embedded, by calls. */
  readonly driver?: DriverName;
  /** The k6 script of the user's own that is the load, and what it was when the scenario was read. Absent: ours. */
  readonly ownScript?: { readonly path: string; readonly sha256: string };
  /** On the one stack, each a process of its own; the load goes through the first. Absent: one. */
  readonly gateways?: number;
  /** How they are set. Absent: the driver needs none. */
  readonly gateway?: GatewaySettings;
  /** Absent: the adapters' defaults. */
  readonly options?: StackOptions;
  /** Absent: none. */
  readonly layers?: LayerOptions;
  /** What goes wrong while the load plays. Absent: nothing. */
  readonly faults?: readonly FaultOrder[];
  /** Faults that each cell draws from its seed, beside those. Absent: none. */
  readonly random?: NemesisPlan;
  /** What must hold before the first fault and after the last. Absent: nothing. */
  readonly steadyState?: SteadyState;
  /** Whether memory grows with operations, looked at in processes of its own. Absent: it is not. */
  readonly leaks?: LeakSearch;
  readonly thresholds: readonly Threshold[];
  readonly checks: readonly CheckName[];
  /** Numbers that a table of several cells shows beside the judged ones. Absent: none. */
  readonly shown?: readonly Subject[];
  /** What a gate judges of it. Absent: the usual numbers, by the usual margins. */
  readonly gate?: GateOrder;
}

/** How the gateways of a cell are set. */
export interface GatewaySettings {
  /** What happens to a WebSocket that does not keep up. Absent: what comes nearest to what full queues of the event bus do. */
  readonly slow?: SlowPolicy;
  /** May wait for one WebSocket. */
  readonly queueBytes: number;
  readonly maxConnections: number;
}

/** Clients over WebSockets, in a process of their own. */
export interface Connections {
  /** Clients that subscribe to every event. */
  readonly count: number;
  /** That share one WebSocket. */
  readonly perSocket: number;
  /** Further WebSockets that subscribe to nothing. */
  readonly idle: number;
  /** WebSockets a second: how fast they are opened. */
  readonly openPerS: number;
  /** Of the WebSockets with clients: read nothing for the first `standStillMs` of the measured time. */
  readonly slow: number;
  readonly standStillMs: number;
}

/** How many WebSockets that comes to. */
export function socketsOf({ count, perSocket, idle }: Pick<Connections, 'count' | 'perSocket' | 'idle'>): {
  readonly withClients: number;
  readonly all: number;
} {
  const withClients = Math.ceil(count / perSocket);
  return { withClients, all: withClients + idle };
}

export interface Search extends SearchPlan {
  readonly perAgent: PerAgent;
}

/** Rates that are written for each agent, and so grow with their number. */
export type PerAgent = {
  readonly [field in 'eventsPerS' | 'messagesPerS' | 'transitionsPerS' | 'readsPerS']?: number;
};

export interface LeakSearch {
  /** More than so many bytes an operation is a leak. */
  readonly aboveBytes: number;
  /** Fresh ones, which play the load beside that of the cell. */
  readonly processes: number;
  /** Each plays for as long as the measured phases, and no longer than this. */
  readonly forMs: number;
}

/** What is normal, and for how long the load plays at least before the first fault. */
export interface SteadyState {
  readonly beforeMs: number;
  readonly thresholds: readonly Threshold[];
}

/** The numbers that are told before, during and after faults, as latencies are; the others are of the whole run. */
export const aroundNumbers = ['availability_pct', 'errors'] as const;

export interface Workload {
  /** The population: an agent that ends is replaced, so it stays at this size. */
  readonly agents: number;
  /** How long agents live and how they end (shares add up to 1). Null: they live as long as the run. */
  readonly lifetime: Lifetime | null;
  /** Agents are spawned in swarms of this size. Null: no swarms. */
  readonly swarms: {
    readonly min: number;
    readonly max: number;
    readonly strategies: readonly SwarmStrategy[];
  } | null;
  /** Agents after the first of a swarm are children of an earlier one. */
  readonly branching: boolean;
  /** The time over which the population of a measured run is spawned, in ms. 0: all at once. */
  readonly spawnOverMs: number;
  readonly subscribers: {
    /** Event subscriptions present from the start. */
    readonly count: number;
    /** Further ones that join half-way through the measured time. */
    readonly late: number;
    /** What a handler takes for an event before it is done with it, in ms. Absent: nothing. */
    readonly handlingMs?: number;
  };
  /** Absent: there are none. */
  readonly connections?: Connections;
  readonly payload: { readonly bytes: number; readonly compressible: number };
  /** `poisson` and `constant` are open: they never wait for replies. `closed` keeps `concurrency` batches in flight. */
  readonly arrivals: 'poisson' | 'constant' | 'closed';
  /** Whole-population rates per second at rate x1. */
  readonly eventsPerS: number;
  readonly messagesPerS: number;
  readonly transitionsPerS: number;
  /** Looks at the state, which change nothing. Absent: none. */
  readonly readsPerS?: number;
  /** HTTP requests to the scenario's target. Absent: none. */
  readonly requestsPerS?: number;
  /** What is looked at: anything, or all agents for a copy of them, by listing or by what has changed since. Absent: anything. */
  readonly looks?: 'any' | 'listing' | 'changes';
  /** Closed model of transitions: this many agents are paused or resumed at any time. Absent: none. */
  readonly writers?: number;
  /** What each agent subscribes to of the messages: its commands, or every topic that concerns it. Absent: its commands. */
  readonly mailbox?: 'commands' | 'full';
  /** Closed model only: publishes in flight at any time. */
  readonly concurrency: number;
  /** At most this many events (and as many messages) sent and not yet acknowledged; what is due beyond it is a late send. */
  readonly inFlight: number;
  /** At most this many events in one publish. */
  readonly batch: number;
  /** A publish unanswered after this long is unknown. */
  readonly deadlineMs: number;
  /** How long after the load the run waits for deliveries still under way. */
  readonly drainMs: number;
  readonly phases: readonly Phase[];
  /** Event chains: every handled link emits the next, `depth` links deep. Null: none. */
  readonly chain: { readonly depth: number; readonly count: number } | null;
  /** Event subscribers stand still until so many events wait for them. Absent or null: they do not. */
  readonly backlog?: { readonly events: number; readonly withinMs: number } | null;
  readonly events: AgentEventBusOptions;
  /** Absent: the orchestrator's defaults. */
  readonly messages?: MessageBusOptions;
  /** What is not said is the orchestrator's default, but that what has ended is kept. */
  readonly orchestrator?: OrchestratorTuning;
}

export type OrchestratorTuning = Pick<
  OrchestratorOptions,
  | 'lock'
  | 'retry'
  | 'patience'
  | 'deadlineMs'
  | 'breaker'
  | 'dualWrite'
  | 'retention'
  | 'cacheSize'
  | 'batch'
  | 'lease'
  | 'outboxLimit'
  | 'history'
> & {
  /** Absent: in memory. */
  readonly outbox?: OutboxPlace;
};

/** Where lifecycle events wait for the bus: until the process ends, or in a file that its next life goes on with. */
export const outboxPlaces = ['memory', 'file'] as const;
export type OutboxPlace = (typeof outboxPlaces)[number];

/** Options of a stack's adapters. */
export interface StackOptions {
  readonly bus: AdapterOptions;
  readonly storage: AdapterOptions;
}

/** Values by name; a mapping under an adapter's name is for that adapter alone. */
export interface AdapterOptions {
  readonly [name: string]: OptionValue | { readonly [name: string]: OptionValue };
}

export type OptionValue = number | string | boolean;

export interface Lifetime {
  readonly meanMs: number;
  readonly complete: number;
  readonly fail: number;
  readonly kill: number;
}

export interface Phase {
  readonly name: string;
  readonly forMs: number;
  /** Played but left out of every number. */
  readonly warmup: boolean;
  /** Multiplies the rates: from this at the start of the phase ... */
  readonly rateFrom: number;
  /** ... linearly to this at its end. */
  readonly rateTo: number;
}

/** One scenario on one stack, one iteration. */
export interface Cell {
  readonly scenario: Scenario;
  readonly stack: Stack;
  readonly iteration: number;
  readonly seed: number;
}

/** A bus and a storage, by the names of their adapters, or of the modules that bring them. */
export interface Stack {
  readonly name: string;
  readonly bus: string;
  readonly storage: string;
  /** The module that brings the orchestrator. Absent: ours, unless the module of the bus or of the storage brings one. */
  readonly system?: string;
  /** Where the modules lie that parts are named after, absolute: a file, or the folder of a package. Absent: there are none. */
  readonly modules?: { readonly [part: string]: string };
}
