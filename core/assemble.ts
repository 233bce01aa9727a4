import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import type { Scopes } from './delivery/scopes.ts';
import { TestbedError } from './error.ts';
import { AgentEventBus } from './event-bus.ts';
import { keepHistory } from './history.ts';
import type { AgentRecords } from './lifecycle/agent-records.ts';
import { Announcer } from './lifecycle/announcer.ts';
import { Patience } from './lifecycle/backoff.ts';
import { startsOf } from './lifecycle/dual-write.ts';
import { Lifecycle } from './lifecycle/lifecycle.ts';
import { Locks } from './lifecycle/locks.ts';
import { Obligations } from './lifecycle/obligations.ts';
import { Outbox } from './lifecycle/outbox.ts';
import { inMemory, OutboxFile } from './lifecycle/outbox-file.ts';
import { Records } from './lifecycle/records.ts';
import { Recovery } from './lifecycle/recovery.ts';
import { Restarts } from './lifecycle/restarts.ts';
import { Retention } from './lifecycle/retention.ts';
import { Spawner } from './lifecycle/spawner.ts';
import { MessageBus } from './message-bus.ts';
import { producerOf } from './nodes/life.ts';
import type { Membership } from './nodes/membership.ts';
import type { Tenure } from './nodes/tenure.ts';
import type { ResolvedOptions } from './options.ts';
import { Queries } from './queries.ts';
import type { Random } from './random.ts';
import { Stamp } from './stamp.ts';
import type { AgentChanges, PageRequest, Storage, StorageReads } from './storage.ts';
import { Muster } from './swarms/muster.ts';
import { ensureOpen, type SwarmRecords } from './swarms/swarm-records.ts';
import { Swarms } from './swarms/swarms.ts';

/** What an orchestrator stands on. */
export interface Foundation {
  readonly bus: Bus;
  readonly storage: Storage;
  readonly copy?: StorageReads;
  readonly clock: Clock;
  readonly random: Random;
  readonly node: string;
  readonly membership: Membership | null;
  readonly options: ResolvedOptions;
}

type Report = (error: unknown, doing: string) => void;

/** The channels of one node, each with its one subscription at the bus. Opens all or none. */
export async function openChannels(
  { bus, storage, clock, node, options }: Foundation,
  scopes: Scopes,
  report: Report,
) {
  const open: { close(): Promise<void> }[] = [];
  const common = { bus, clock, scopes, report, ...(options.keepsPlace && { group: `node-${node}` }) };
  try {
    const events = await AgentEventBus.open({ ...common, options: options.events });
    open.push(events);
    const messages = await MessageBus.open({ ...common, options: options.messages });
    open.push(messages);
    if (options.history !== null) open.unshift(await keepHistory(bus, storage.events, options.history));
    const close = async (): Promise<void> => {
      for (const one of open) await one.close();
    };
    return { events, messages, close };
  } catch (error) {
    await Promise.allSettled(open.map((one) => one.close()));
    throw error;
  }
}

/** Puts the parts of one node together. `signal` aborts when it closes. */
export function assemble(
  base: Foundation,
  events: AgentEventBus,
  scopes: Scopes,
  report: Report,
  signal: AbortSignal,
) {
  const { storage, clock, node, membership, options } = base;
  const alone: Tenure = { owner: node };
  const tenure = (): Tenure => membership?.tenure ?? alone;
  const random = base.random.fork(`node ${node}`);
  const { batch, cacheSize, retry, patience: backoff, dualWrite } = options;
  const patience = new Patience(backoff, clock, random, signal);
  const common = { clock, patience, batch };
  const agents: AgentRecords = new Records({
    ...common,
    repository: storage.agents,
    what: 'agent',
    cacheSize,
    token: () => tenure().token,
  });
  const swarms: SwarmRecords = new Records({
    ...common,
    repository: storage.swarms,
    what: 'swarm',
    cacheSize,
  });
  const publish = events.publish.bind(events);
  const outbox = new Outbox({
    publish,
    clock,
    random,
    backoff,
    limit: options.outboxLimit,
    sweep: dualWrite === 'sweep',
    batch,
    keep: options.outboxFile === null ? inMemory : new OutboxFile(options.outboxFile),
    report,
  });
  const producer = membership === null ? options.producer : producerOf(membership.tenure.token);
  const stamp = new Stamp(producer, clock);
  const announcer = new Announcer(stamp, outbox);
  const locks = new Locks(options.lock);
  const obligations = new Obligations(clock, random, backoff, report);
  const restarts = new Restarts({
    tenure,
    records: agents,
    announcer,
    locks,
    clock,
    random,
    policy: retry,
    report,
  });
  const lifecycle = new Lifecycle({ tenure, records: agents, announcer, outbox, restarts, locks, retry });
  const spawner = new Spawner({
    tenure,
    records: agents,
    announcer,
    starts: startsOf(dualWrite, announcer, outbox, publish),
    obligations,
    ensureOpen: (ids, as) => ensureOpen(swarms, ids, as),
    locks,
    clock,
    random,
    batch,
  });
  const muster = new Muster(agents, spawner);
  return {
    agents,
    changes: (page: PageRequest) => changesOf(storage, page, patience),
    stamp,
    messageStamp: new Stamp(producer, clock),
    lifecycle,
    obligations,
    outbox,
    restarts,
    spawner,
    queries: new Queries({ storage, copy: base.copy, agents, patience }),
    recovery: new Recovery({ tenure, agents, swarms, announcer, clock, startedAt: clock.now() }),
    retention: new Retention({ agents, swarms, scopes, clock, report }),
    swarms: new Swarms({ swarms, agents, lifecycle, muster, obligations, scopes, clock, signal }),
  };
}

async function changesOf({ changes }: Storage, page: PageRequest, patience: Patience): Promise<AgentChanges> {
  if (changes === undefined)
    throw new TestbedError('UNSUPPORTED', 'this storage cannot tell what has changed: list the agents');
  return patience.try(() => changes.since(page));
}
