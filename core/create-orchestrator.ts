import { getHeapStatistics } from 'node:v8';
import type { Agent } from './agent.ts';
import { assemble, type Foundation, openChannels } from './assemble.ts';
import type { Clock } from './clock.ts';
import { guardBus, guardStorage } from './defences/guard.ts';
import { Scopes } from './delivery/scopes.ts';
import { TestbedError } from './error.ts';
import type { AgentEventBus } from './event-bus.ts';
import { Admission } from './lifecycle/admission.ts';
import type { Recovered, RecoverOptions } from './lifecycle/recovery.ts';
import type { RetentionPolicy } from './lifecycle/retention.ts';
import type { SpawnRequest } from './lifecycle/spawner.ts';
import type { Json, Message } from './message.ts';
import type { MessageBus } from './message-bus.ts';
import { createPerformanceMonitor, type PerformanceMonitor } from './monitor.ts';
import { Membership } from './nodes/membership.ts';
import { type ResolvedOptions, resolveOptions } from './options.ts';
import type {
  ChannelStats,
  EventDraft,
  MessageDraft,
  Orchestrator,
  OrchestratorParts,
  OrchestratorStats,
  SwarmControl,
} from './orchestrator.ts';
import type { AgentChanges, AgentFilter, Page, PageRequest, Storage } from './storage.ts';
import type { SwarmRequest } from './swarms/swarms.ts';
import { assertTopic } from './topic.ts';

/** Resolves once the node has its subscriptions at the bus. */
export async function createOrchestrator(parts: OrchestratorParts): Promise<Orchestrator> {
  const { clock } = parts;
  const options = resolveOptions(parts.options ?? {});
  const storage = guardStorage(parts.storage, options, clock);
  const node = parts.node ?? 'main';
  const mishaps = new Mishaps(options.report);
  const membership = await enter(storage, node, options, clock, mishaps.report);
  const base: Foundation = {
    ...parts,
    bus: guardBus(parts.bus, options, clock),
    storage,
    node,
    membership,
    options,
  };
  const scopes = new Scopes();
  try {
    const channels = await openChannels(base, scopes, mishaps.report);
    return new Node(base, channels, scopes, mishaps);
  } catch (error) {
    await membership?.leave(0);
    throw error;
  }
}

/** Null: it is to be alone. */
async function enter(
  { nodes }: Storage,
  node: string,
  { lease: rules }: ResolvedOptions,
  clock: Clock,
  report: Mishaps['report'],
): Promise<Membership | null> {
  if (rules === null) return null;
  if (nodes === undefined) throw new TestbedError('UNSUPPORTED', 'this storage cannot be shared by nodes');
  return Membership.enter({ nodes, node, rules, clock, report });
}

/** Errors that no caller gets to see. */
class Mishaps {
  readonly #tell: (error: unknown, doing: string) => void;
  count = 0;

  constructor(tell: (error: unknown, doing: string) => void) {
    this.#tell = tell;
  }

  readonly report = (error: unknown, doing: string): void => {
    this.count++;
    this.#tell(error, doing);
  };
}

class Node implements Orchestrator {
  readonly node: string;
  readonly events: AgentEventBus;
  readonly messages: MessageBus;
  readonly swarms: SwarmControl;
  readonly performanceMonitor: PerformanceMonitor;
  readonly #base: Foundation;
  readonly #channels: Awaited<ReturnType<typeof openChannels>>;
  readonly #mishaps: Mishaps;
  readonly #stop = new AbortController();
  readonly #admission = new Admission();
  readonly #inner: ReturnType<typeof assemble>;
  #closed: Promise<void> | null = null;

  constructor(
    base: Foundation,
    channels: Awaited<ReturnType<typeof openChannels>>,
    scopes: Scopes,
    mishaps: Mishaps,
  ) {
    const { clock, options } = base;
    const { events, messages } = channels;
    this.#base = base;
    this.#channels = channels;
    this.#mishaps = mishaps;
    this.#inner = assemble(base, events, scopes, mishaps.report, this.#stop.signal);
    this.node = base.node;
    this.events = events;
    this.messages = messages;
    this.swarms = this.#controlSwarms();
    this.performanceMonitor = createPerformanceMonitor({
      clock,
      heapUsed: () => getHeapStatistics().used_heap_size,
      eventCount: () => events.received,
    });
    if (options.retention !== null) this.#inner.retention.start(options.retention);
    const { recovery, agents } = this.#inner;
    base.membership?.begin({
      async takeOver(owner, isMine) {
        await recovery.recover({ owners: [owner], isMine });
        return (await agents.count({ owner })) === 0;
      },
      takeSome: (owner, count) => recovery.takeSome(owner, count),
      countOf: (owner) => agents.count({ owner }),
    });
  }

  spawn(requests: readonly SpawnRequest[]): Promise<readonly Agent[]> {
    return this.#admit(() => this.#inner.spawner.spawn(requests));
  }

  pause(agentId: string): Promise<Agent> {
    return this.#admit(() => this.#inner.lifecycle.pause(agentId));
  }

  resume(agentId: string): Promise<Agent> {
    return this.#admit(() => this.#inner.lifecycle.resume(agentId));
  }

  remember(agentId: string, session: Json): Promise<Agent> {
    return this.#admit(() => this.#inner.lifecycle.remember(agentId, session));
  }

  complete(agentId: string, result: Json = null): Promise<Agent> {
    return this.#admit(() => this.#inner.lifecycle.complete(agentId, result));
  }

  fail(agentId: string, error: string, { retry = true }: { readonly retry?: boolean } = {}): Promise<Agent> {
    return this.#admit(() => this.#inner.lifecycle.fail(agentId, error, retry));
  }

  kill(agentId: string, { cascade = false }: { readonly cascade?: boolean } = {}): Promise<Agent> {
    const { lifecycle } = this.#inner;
    return this.#admit(async () => {
      const killed = await lifecycle.kill(agentId);
      if (cascade) await lifecycle.killDescendants(agentId);
      return killed;
    });
  }

  get(agentId: string): Promise<Agent | undefined> {
    return this.#admit(() => this.#inner.queries.agent(agentId));
  }

  cached(agentId: string): Agent | undefined {
    return this.#inner.agents.cached(agentId);
  }

  list(filter: AgentFilter, page: PageRequest): Promise<Page<Agent>> {
    return this.#admit(() => this.#inner.queries.agents(filter, page));
  }

  changes(page: PageRequest): Promise<AgentChanges> {
    return this.#admit(() => this.#inner.changes(page));
  }

  count(filter: AgentFilter): Promise<number> {
    return this.#admit(() => this.#inner.queries.countAgents(filter));
  }

  children(agentId: string, page: PageRequest): Promise<Page<Agent>> {
    return this.list({ parentId: agentId }, page);
  }

  async createSwarm(request: SwarmRequest): Promise<string> {
    const { id } = await this.#admit(() => this.#inner.swarms.create(request));
    return id;
  }

  async emit(drafts: readonly EventDraft[]): Promise<void> {
    const { stamp } = this.#inner;
    await this.events.publish(
      drafts.map(({ type, agentId, swarmId, data }) =>
        stamp.put(agentId, type, swarmId ?? null, data ?? null),
      ),
    );
  }

  async send(drafts: readonly MessageDraft[]): Promise<void> {
    for (const { topic } of drafts) assertTopic(topic);
    const { messageStamp: stamp } = this.#inner;
    await this.messages.publish(
      drafts.map(({ type, topic, swarmId, data }) => stamp.put(topic, type, swarmId ?? null, data ?? null)),
    );
  }

  history({ agentId }: { readonly agentId?: string }, page: PageRequest): Promise<Page<Message>> {
    const { queries } = this.#inner;
    return this.#admit(() => queries.events(agentId === undefined ? {} : { key: agentId }, page));
  }

  async recover(options: RecoverOptions = {}): Promise<Recovered> {
    const recovered = await this.#admit(() => this.#inner.recovery.recover(options));
    await this.#base.membership?.lookNow();
    this.events.begin();
    this.messages.begin();
    return recovered;
  }

  forgetEnded(which: Partial<Omit<RetentionPolicy, 'everyMs'>> = { endedForMs: 0 }): Promise<number> {
    const { endedForMs = null, endedKept = null } = which;
    return this.#admit(() => this.#inner.retention.forget({ endedForMs, endedKept }));
  }

  stats(): OrchestratorStats {
    const { agents, outbox, restarts, obligations } = this.#inner;
    const { size, hits, misses } = agents.cache;
    const { membership } = this.#base;
    return {
      events: statsOf(this.events),
      messages: statsOf(this.messages),
      conflicts: agents.conflicts,
      cache: { size, hits, misses },
      outbox: { waiting: outbox.waiting, lost: outbox.lost },
      retrying: restarts.planned,
      obligations: obligations.open,
      reported: this.#mishaps.count,
      lease: membership && {
        owner: membership.tenure.owner,
        lost: membership.lost,
        moved: membership.moved,
        nodes: membership.lives,
      },
    };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** No new calls; then what is under way, what was planned, what was not announced yet; the channels last. */
  async #close(): Promise<void> {
    const { clock, options } = this.#base;
    const { retention, restarts, obligations, outbox } = this.#inner;
    const ended = this.#admission.close(clock, options.closeWithinMs);
    this.#stop.abort(new TestbedError('INTERRUPTED', 'the orchestrator is closing'));
    this.performanceMonitor.stop();
    await ended;
    await retention.close();
    await restarts.close();
    await obligations.close();
    await outbox.close(options.closeWithinMs);
    await this.#base.membership?.leave(options.closeWithinMs);
    await this.#channels.close();
  }

  #admit<T>(action: () => Promise<T>): Promise<T> {
    return this.#admission.admit(action);
  }

  #controlSwarms(): SwarmControl {
    const { swarms, queries } = this.#inner;
    return {
      get: (id) => this.#admit(() => swarms.get(id)),
      list: (filter, page) => this.#admit(() => queries.swarms(filter, page)),
      members: (id, page) => this.#admit(() => queries.agents({ swarmId: id }, page)),
      run: (id, plan) => this.#admit(() => swarms.run(id, plan)),
      pause: (id) => this.#admit(() => swarms.pause(id)),
      resume: (id) => this.#admit(() => swarms.resume(id)),
      scale: (id, size) => this.#admit(() => swarms.scale(id, size)),
      destroy: (id) => this.#admit(() => swarms.destroy(id)),
    };
  }
}

function statsOf(channel: ChannelStats): ChannelStats {
  const { received, delivered, dropped, failures, waiting, subscriptions } = channel;
  return { received, delivered, dropped, failures, waiting, subscriptions };
}
