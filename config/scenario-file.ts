import { type CompressionOptions, durabilityLevels } from '../adapters/adapter.ts';
import type { SlowPolicy } from '../core/gateway/options.ts';
import type { DualWrite } from '../core/lifecycle/dual-write.ts';
import type { LockScope } from '../core/lifecycle/locks.ts';
import type { SwarmStrategy } from '../core/swarm.ts';
import type { Variable } from '../reports/search/plan.ts';
import type { CheckName, OutboxPlace, Scenario, StackOptions } from '../scenarios/scenario.ts';

/** Every durability a scenario can ask for: the levels, and the adapters' own settings. */
export const durabilities = [...durabilityLevels, 'sqlite-normal', 'redis-everysec'] as const;

/** A scenario document that the schema has accepted and filled in. Durations, sizes and rates are still text. */
export interface ScenarioFile {
  readonly name: string;
  readonly description: string;
  readonly target?: TargetFile;
  readonly workload: WorkloadFile;
  readonly search?: SearchFile;
  readonly sweep?: SweepFile;
  readonly stacks: readonly string[];
  readonly durability: string;
  readonly replicas: number;
  readonly nodes?: number;
  readonly lease?: string;
  readonly rebalance?: number;
  readonly load?: { readonly workers?: number };
  readonly profile_on?: 'fail';
  readonly driver: NonNullable<Scenario['driver']> | { readonly k6: string };
  readonly gateways: number;
  readonly gateway: GatewayFile;
  readonly options: StackOptions;
  readonly layers: LayersFile;
  readonly faults: readonly FaultFile[];
  readonly random?: RandomFile;
  readonly steady_state?: { readonly before: string };
  readonly leaks?: LeaksFile;
  readonly thresholdsFrom?: string;
  readonly thresholds: { readonly [metric: string]: ThresholdFile };
  readonly checks: readonly CheckName[];
  readonly show: readonly string[];
  readonly gate?: GateFile;
}

export interface TargetFile {
  readonly url: string;
  readonly requests: readonly RequestFile[];
}

export interface RequestFile {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string | number };
  readonly body?: unknown;
  readonly status: number | string;
  readonly share: number;
}

export interface GatewayFile {
  readonly slow?: SlowPolicy;
  readonly queue: string;
  readonly maxConnections: number;
}

export interface GateFile {
  readonly primary: readonly string[];
  readonly margin: readonly string[];
}

export interface SearchFile {
  readonly vary: Variable;
  readonly until: 'thresholds';
  readonly between: string;
  readonly within: string;
  readonly confidence: string;
  readonly probes: number;
}

/** Values, or a range and how many of it. */
export interface SweepFile {
  readonly vary: Variable;
  readonly over?: readonly (string | number)[];
  readonly between?: string;
  readonly steps?: number;
}

/** The options of its kind stand beside these. */
export interface FaultFile {
  readonly at: string;
  readonly for?: string;
  readonly fault: string;
  readonly on: string;
  readonly direction: 'up' | 'down' | 'both';
  readonly restart?: string;
}

export interface RandomFile {
  readonly every: string;
  readonly for: string;
  readonly from: readonly (string | { readonly [field: string]: unknown })[];
  readonly on: readonly string[];
  readonly at_most: number;
}

export interface LeaksFile {
  readonly above: string;
  readonly processes: number;
  readonly for: string;
}

export type BoundsFile = string | readonly string[];

/** Null drops what was inherited. */
export type ThresholdFile =
  | BoundsFile
  | { readonly pass?: BoundsFile; readonly healthy?: BoundsFile; readonly abort?: BoundsFile }
  | null;

export interface WorkloadFile {
  readonly agents: number;
  readonly lifetime?: {
    readonly mean: string;
    readonly complete?: number;
    readonly fail?: number;
    readonly kill?: number;
  } | null;
  readonly swarms?: { readonly size: string | number; readonly strategies: readonly SwarmStrategy[] } | null;
  readonly branching: boolean;
  readonly spawnOver: string;
  readonly subscribers:
    | number
    | { readonly count: number; readonly late?: number; readonly handling?: string };
  readonly connections?: ConnectionsFile | null;
  readonly payload: { readonly size: string; readonly compressible: number };
  readonly arrivals: 'poisson' | 'constant' | 'closed';
  readonly events: string;
  readonly messages: string;
  readonly transitions: string;
  readonly reads: string;
  readonly requests: string;
  readonly looks: 'any' | 'listing' | 'changes';
  readonly writers: number;
  readonly mailbox: 'commands' | 'full';
  readonly concurrency: number;
  readonly inFlight: number;
  readonly batch: number;
  readonly deadline: string;
  readonly drain: string;
  readonly phases?: readonly PhaseFile[];
  readonly chain?: { readonly depth: number; readonly count: number } | null;
  readonly backlog?: { readonly events: number; readonly within: string } | null;
  readonly eventBus: DeliveryFile & { readonly logLimit: Limit };
  readonly messageBus: DeliveryFile & { readonly subscriptionLimit: Limit };
  readonly orchestrator: OrchestratorFile;
}

export interface ConnectionsFile {
  readonly count: number;
  readonly perSocket: number;
  readonly idle: number;
  readonly rate: string;
  readonly slow: number;
  readonly standStill: string;
}

export type Limit = number | 'unbounded';

export interface DeliveryFile {
  readonly delivery: 'sync' | 'async';
  readonly queueLimit: number;
  readonly whenFull: 'block' | 'drop-oldest' | 'drop-newest';
}

export interface OrchestratorFile {
  readonly lock: LockScope;
  readonly retry: BackoffFile;
  readonly patience: BackoffFile;
  readonly deadline: string;
  readonly breaker: { readonly failures: number; readonly openFor: string };
  readonly dualWrite: DualWrite;
  readonly retention: { readonly endedFor: string; readonly endedKept: Limit; readonly every: string } | null;
  readonly cacheSize: number;
  readonly batch: number;
  readonly outboxLimit: number;
  readonly outbox: OutboxPlace;
  readonly history: { readonly keep: Limit } | null;
}

export interface BackoffFile {
  readonly attempts: number;
  readonly base: string;
  readonly factor: number;
  readonly max: string;
  readonly jitter: number;
}

export interface PhaseFile {
  readonly name: string;
  readonly for: string;
  readonly warmup: boolean;
  readonly rate: string;
}

export interface LayersFile {
  readonly compression: {
    readonly algorithm: 'none' | CompressionOptions['algorithm'];
    readonly above: string;
  };
  readonly hot: { readonly store: string; readonly fresh: string };
  readonly queryCache: { readonly entries: number; readonly for: string };
}
