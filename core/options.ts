import type { BreakerRules } from './defences/breaker.ts';
import { TestbedError } from './error.ts';
import { type AgentEventBusOptions, eventBusDefaults } from './event-bus.ts';
import type { HistoryOptions } from './history.ts';
import type { PatienceRules } from './lifecycle/backoff.ts';
import { type DualWrite, dualWrites } from './lifecycle/dual-write.ts';
import { type LockScope, lockScopes } from './lifecycle/locks.ts';
import type { RetryPolicy } from './lifecycle/restarts.ts';
import type { RetentionPolicy } from './lifecycle/retention.ts';
import { type MessageBusOptions, messageBusDefaults } from './message-bus.ts';
import { type LeaseRules, leaseDefaults } from './nodes/membership.ts';

/**
 * Every option has a sound default. The seed's design is reachable: `events: { delivery: 'sync', logLimit: null }`,
 * `messages: { subscriptionLimit: 1000 }`, `retention: null`, `lock: 'per-agent'`, `batch: 1`, `cacheSize: 0`.
 */
export interface OrchestratorOptions {
  readonly events?: Partial<AgentEventBusOptions>;
  readonly messages?: Partial<MessageBusOptions>;
  /** What a state transition excludes. Default `none`: compare-and-set alone. */
  readonly lock?: LockScope;
  /** Default: a failure is final. */
  readonly retry?: Partial<RetryPolicy>;
  /** Repetition of calls that the store or the bus refused for now. */
  readonly patience?: Partial<PatienceRules>;
  /** How long a call to the store, or a publish, may take before its outcome counts as unknown; default null: as long as it takes. */
  readonly deadlineMs?: number | null;
  /** When calls are refused at once because those before them got nowhere; store and bus each have a circuit. Default: never. */
  readonly breaker?: Partial<BreakerRules>;
  /** What becomes of a spawn, and of what is told of transitions, when the bus does not do its half. Default `undo`. */
  readonly dualWrite?: DualWrite;
  /** null: what has ended is kept for good. */
  readonly retention?: Partial<RetentionPolicy> | null;
  /** Agents whose state is kept at hand; default 10,000. */
  readonly cacheSize?: number;
  /** Agents in one call to the store and one publish; default 1,000. */
  readonly batch?: number;
  /** Lifecycle events that may wait for a bus that cannot be reached; default 100,000. Then transitions are OVERLOADED. */
  readonly outboxLimit?: number;
  /**
   * Where lifecycle events that wait for the bus are kept, so that they outlive this process: a file of this node alone. What was
   * stored before its caller was answered is then told by the next life, rather twice than never. Default null: in memory.
   */
  readonly outboxFile?: string | null;
  /** Events written to storage as well; default null: none. */
  readonly history?: HistoryOptions | null;
  /**
   * Whether the bus keeps this node's place, by its name, while it is away: what its subscribers had not handled when it
   * ended is handed to its next life, once `recover` is called, which says that they have subscribed again. Needs a bus with
   * groups. Default false: it sees what is published from its start on.
   */
  readonly keepsPlace?: boolean;
  /** The producer number of this node's own events; default 0. Nodes on one bus need different ones; with a lease each life has its own. */
  readonly producer?: number;
  /**
   * Shares its storage with other nodes: it holds a lease, owns agents under it, and takes over those of nodes that have lost theirs.
   * Each node needs a name of its own. UNSUPPORTED where the storage knows no nodes. Default null: it is alone.
   */
  readonly lease?: Partial<LeaseRules> | null;
  /** How long `close` waits for what is under way; default 5,000. */
  readonly closeWithinMs?: number;
  /** Told of errors that no caller gets to see. Default: they are counted in `stats()` only. */
  readonly report?: (error: unknown, doing: string) => void;
}

export interface ResolvedOptions {
  readonly events: AgentEventBusOptions;
  readonly messages: MessageBusOptions;
  readonly lock: LockScope;
  readonly retry: RetryPolicy;
  readonly patience: PatienceRules;
  readonly deadlineMs: number | null;
  readonly breaker: BreakerRules;
  readonly dualWrite: DualWrite;
  readonly retention: RetentionPolicy | null;
  readonly cacheSize: number;
  readonly batch: number;
  readonly outboxLimit: number;
  readonly outboxFile: string | null;
  readonly history: HistoryOptions | null;
  readonly keepsPlace: boolean;
  readonly producer: number;
  readonly lease: LeaseRules | null;
  readonly closeWithinMs: number;
  readonly report: (error: unknown, doing: string) => void;
}

const retryDefaults: RetryPolicy = { attempts: 0, baseMs: 100, factor: 2, maxMs: 30_000, jitter: 0.2 };
const patienceDefaults: PatienceRules = { attempts: 5, baseMs: 10, factor: 2, maxMs: 500, jitter: 0.5 };
const breakerDefaults: BreakerRules = { failures: 0, openForMs: 500 };
const retentionDefaults: RetentionPolicy = { endedForMs: 300_000, endedKept: 100_000, everyMs: 60_000 };

/** Fills in the defaults. Throws INVALID_ARGUMENT on a value out of range. */
export function resolveOptions(options: OrchestratorOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    events: { ...eventBusDefaults, ...options.events },
    messages: { ...messageBusDefaults, ...options.messages },
    lock: options.lock ?? 'none',
    retry: { ...retryDefaults, ...options.retry },
    patience: { ...patienceDefaults, ...options.patience },
    deadlineMs: options.deadlineMs ?? null,
    breaker: { ...breakerDefaults, ...options.breaker },
    dualWrite: options.dualWrite ?? 'undo',
    retention: options.retention === null ? null : { ...retentionDefaults, ...options.retention },
    cacheSize: options.cacheSize ?? 10_000,
    batch: options.batch ?? 1000,
    outboxLimit: options.outboxLimit ?? 100_000,
    outboxFile: options.outboxFile ?? null,
    history: options.history ?? null,
    keepsPlace: options.keepsPlace ?? false,
    producer: options.producer ?? 0,
    lease: options.lease ? { ...leaseDefaults, ...options.lease } : null,
    closeWithinMs: options.closeWithinMs ?? 5000,
    report: options.report ?? (() => {}),
  };
  for (const [name, value, low, high] of bounds(resolved)) {
    if (value !== null && !(value >= low && value <= high))
      throw new TestbedError('INVALID_ARGUMENT', `option ${name} is ${value}: not from ${low} to ${high}`);
  }
  for (const [name, value, allowed] of choices(resolved)) {
    if (!allowed.includes(value))
      throw new TestbedError(
        'INVALID_ARGUMENT',
        `option ${name} is ${value}: not one of ${allowed.join(', ')}`,
      );
  }
  return resolved;
}

type Bound = readonly [name: string, value: number | null, low: number, high: number];

function bounds(options: ResolvedOptions): readonly Bound[] {
  const { events, messages, retry, patience, breaker, retention, history } = options;
  const most = Number.MAX_SAFE_INTEGER;
  return [
    ['events.queueLimit', events.queueLimit, 1, most],
    ['events.logLimit', events.logLimit, 0, most],
    ['messages.queueLimit', messages.queueLimit, 1, most],
    ['messages.subscriptionLimit', messages.subscriptionLimit, 0, most],
    ...backoffBounds('retry', retry),
    ...backoffBounds('patience', patience),
    ['deadlineMs', options.deadlineMs, 1, most],
    ['breaker.failures', breaker.failures, 0, most],
    ['breaker.openForMs', breaker.openForMs, 1, most],
    ['retention.endedForMs', retention?.endedForMs ?? null, 0, most],
    ['retention.endedKept', retention?.endedKept ?? null, 0, most],
    ['retention.everyMs', retention?.everyMs ?? null, 1, most],
    ['cacheSize', options.cacheSize, 0, most],
    ['batch', options.batch, 1, 10_000],
    ['outboxLimit', options.outboxLimit, 1, most],
    ['history.keep', history?.keep ?? null, 0, most],
    ['producer', options.producer, 0, most],
    ['lease.leaseMs', options.lease?.leaseMs ?? null, 10, most],
    ['lease.rebalance', options.lease?.rebalance ?? null, 0, most],
    ['closeWithinMs', options.closeWithinMs, 0, most],
  ];
}

function backoffBounds(name: string, rules: RetryPolicy | PatienceRules): readonly Bound[] {
  return [
    [`${name}.attempts`, rules.attempts, 0, Number.MAX_SAFE_INTEGER],
    [`${name}.baseMs`, rules.baseMs, 0, Number.MAX_SAFE_INTEGER],
    [`${name}.factor`, rules.factor, 1, 1000],
    [`${name}.maxMs`, rules.maxMs, 0, Number.MAX_SAFE_INTEGER],
    [`${name}.jitter`, rules.jitter, 0, 1],
  ];
}

function choices({
  events,
  messages,
  lock,
  dualWrite,
}: ResolvedOptions): readonly [string, string, readonly string[]][] {
  const deliveries = ['sync', 'async'];
  const policies = ['block', 'drop-oldest', 'drop-newest'];
  return [
    ['events.delivery', events.delivery, deliveries],
    ['events.whenFull', events.whenFull, policies],
    ['messages.delivery', messages.delivery, deliveries],
    ['messages.whenFull', messages.whenFull, policies],
    ['lock', lock, lockScopes],
    ['dualWrite', dualWrite, dualWrites],
  ];
}
