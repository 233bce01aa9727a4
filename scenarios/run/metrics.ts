import type { Agent, AgentStatus } from '../../core/agent.ts';
import type { Metric, RunRecord, StoredHistogram } from '../../reports/record.ts';
import type { Ledger, LedgerCount } from '../ledger/ledger.ts';
import { type Marks, marksOf } from '../ledger/marks.ts';
import type { Histogram } from '../measure/histogram.ts';
import { latencyMetrics, type Tally } from '../measure/tally.ts';
import { availabilityOf } from './abort.ts';
import type { BacklogSeen } from './backlog.ts';
import type { AgentsWeight } from './memory.ts';
import type { ServersUsed } from './server-usage.ts';

/** Everything a finished run has counted, from which its metrics follow. */
export interface Measured {
  readonly tally: Tally;
  readonly events: Ledger;
  readonly messages: Ledger;
  /** How far both were when the measured time began. */
  readonly from: { readonly events: Marks; readonly messages: Marks };
  /** Ledger counts of what was sent in the measured time. */
  readonly eventCount: LedgerCount;
  readonly messageCount: LedgerCount;
  /** Sends whose last entitled delivery happened inside the measured time. */
  readonly eventsCompleted: number;
  readonly messagesCompleted: number;
  /** The same of what else ended inside the measured time. */
  readonly transitionsDone: number;
  readonly spawnsDone: number;
  readonly readsDone: number;
  readonly measuredMs: number;
  /** Operations the schedule asked for; for a closed model, those that were sent. */
  readonly offered: { readonly events: number; readonly messages: number };
  /** Since the measured time began. */
  readonly dropped: number | null;
  readonly drainMs: number | null;
  /** Null: none was asked for. */
  readonly backlog: BacklogSeen | null;
  /** Deliveries may still have been coming at the end: what is missing may be late, not lost. */
  readonly stillArriving: boolean;
  /** Null: what has been sent is not known while it is sent. */
  readonly maxLag: number | null;
  readonly memory: MemoryMeasure | null;
  readonly cpuS: number;
  /** Of the process of the load that took most of it. */
  readonly busiestS: number;
  readonly rssMaxBytes: number;
  readonly servers: ServersUsed | null;
  readonly node: ServersUsed | null;
  readonly loopDelay: Histogram;
  /** Agents of the measured population, as storage has them at the end. */
  readonly agents: readonly Agent[];
  readonly subscriptions: number;
}

export interface MemoryMeasure {
  readonly startBytes: number;
  readonly endBytes: number;
  readonly agents: AgentsWeight | null;
}

type Metrics = { [name: string]: Metric };

export function assembleMetrics(measured: Measured): RunRecord['metrics'] {
  return {
    ...latencies(measured),
    ...rates(measured),
    ...deliveries(measured),
    ...resources(measured),
    ...lifecycle(measured),
    ...backlogMetrics(measured),
  };
}

export function latencies({ tally }: Pick<Measured, 'tally'>): Metrics {
  const metrics: Metrics = {};
  for (const name of latencyMetrics) {
    const total = tally.latencies[name].total().summarise();
    if (total) metrics[name] = total;
    for (const [phase, histogram] of tally.latencies[name].byPhase()) {
      const summary = histogram.summarise();
      if (summary) metrics[`${name}{phase:${phase}}`] = summary;
    }
  }
  return metrics;
}

/** Less than one window of measured time is nothing to divide by: such a run was stopped before it began. */
export const leastMeasuredMs = 100;

function rates(measured: Measured): Metrics {
  const { events, messages, eventsCompleted, messagesCompleted, measuredMs, offered } = measured;
  if (measuredMs < leastMeasuredMs) return {};
  const seconds = measuredMs / 1000;
  const perS = (count: number): Metric => ({ unit: '1/s', value: count / seconds });
  const metrics: Metrics = {
    transitions_per_s: perS(measured.transitionsDone),
    spawns_per_s: perS(measured.spawnsDone),
  };
  const { requestsDone } = measured.tally.counts;
  if (requestsDone > 0) metrics['requests_per_s'] = perS(requestsDone);
  if (measured.readsDone > 0) metrics['reads_per_s'] = perS(measured.readsDone);
  if (offered.events > 0) {
    metrics['offered_per_s'] = perS(offered.events);
    // What nobody subscribed to reached nobody: that is no rate.
    if (!events.uncertain && events.rows.length > 0) {
      metrics['events_per_s'] = perS(eventsCompleted);
      metrics['achieved_ratio'] = { unit: 'ratio', value: eventsCompleted / offered.events };
    }
  }
  if (offered.messages > 0 && !messages.uncertain) metrics['messages_per_s'] = perS(messagesCompleted);
  return metrics;
}

function deliveries(measured: Measured): Metrics {
  const { tally, events, messages, from, eventCount, messageCount, stillArriving } = measured;
  const count = (value: number): Metric => ({ unit: 'count', value });
  const until = { events: marksOf(events), messages: marksOf(messages) };
  const since = (pick: (marks: Marks) => number): number =>
    pick(until.events) - pick(from.events) + pick(until.messages) - pick(from.messages);
  const { good, attempted } = availabilityOf(tally);
  const rate = (delivered: number, entitled: number): Metric => ({
    unit: '%',
    value: (100 * delivered) / entitled,
  });
  const metrics: Metrics = {
    phantom: count(since((marks) => marks.phantom)),
    indeterminate: count(tally.counts.unknown),
    late_sends: count(tally.counts.eventsLate + tally.counts.messagesLate),
    errors: count(tally.counts.errors),
  };
  const { requestsDone, requestsUnexpected } = tally.counts;
  if (requestsDone + requestsUnexpected > 0) metrics['unexpected_status'] = count(requestsUnexpected);
  // A ledger that gave up holes knows only bounds of these.
  if (!events.uncertain && !messages.uncertain) {
    metrics['duplicates'] = count(since((marks) => marks.duplicates));
    metrics['reordered'] = count(since((marks) => marks.reordered));
    if (measured.maxLag !== null) metrics['consumer_lag'] = count(measured.maxLag);
    const lost = eventCount.lostAcked + messageCount.lostAcked;
    if (lost === 0 || !stillArriving) metrics['lost_acked'] = count(lost);
  }
  // A send that was due and not made was owed to everyone who had subscribed by then all the same.
  const owedEvents = eventCount.entitled + events.missedDeliveries(from.events.missed);
  const owedMessages = messageCount.entitled + messages.missedDeliveries(from.messages.missed);
  if (owedEvents > 0 && !events.uncertain)
    metrics['delivery_rate_pct'] = rate(eventCount.delivered, owedEvents);
  if (owedMessages > 0 && !messages.uncertain)
    metrics['message_delivery_rate_pct'] = rate(messageCount.delivered, owedMessages);
  if (attempted > 0) metrics['availability_pct'] = { unit: '%', value: (100 * good) / attempted };
  if (measured.dropped !== null) metrics['dropped'] = count(measured.dropped);
  if (measured.drainMs !== null) metrics['drain_ms'] = { unit: 'ms', value: measured.drainMs };
  return metrics;
}

function resources(measured: Measured): Metrics {
  const { events, memory, measuredMs, cpuS, busiestS, eventsCompleted, rssMaxBytes, loopDelay } = measured;
  const metrics: Metrics = { rss_mb: { unit: 'MB', value: rssMaxBytes / 1e6 } };
  const longEnough = measuredMs >= leastMeasuredMs;
  if (longEnough) {
    metrics['generator_cpu_pct'] = { unit: '%', value: (busiestS / (measuredMs / 1000)) * 100 };
  }
  const delay = loopDelay.summarise();
  if (delay) metrics['event_loop_delay_ms'] = delay;
  if (eventsCompleted > 0 && !events.uncertain) {
    metrics['cpu_s_per_million_events'] = { unit: 's', value: (cpuS / eventsCompleted) * 1e6 };
  }
  Object.assign(metrics, serverMetrics(measured), nodeMetrics(measured));
  if (memory !== null) {
    const growth = (memory.endBytes - memory.startBytes) / 1e6;
    metrics['memory_growth_mb'] = { unit: 'MB', value: growth };
    if (longEnough) {
      metrics['memory_growth_mb_per_min'] = { unit: 'MB/min', value: growth / (measuredMs / 60_000) };
    }
    const operations =
      eventsCompleted + measured.messagesCompleted + measured.transitionsDone + measured.spawnsDone;
    if (operations > 0) metrics['heap_slope'] = { unit: 'B/op', value: (growth * 1e6) / operations };
    metrics['heap_mb'] = { unit: 'MB', value: memory.endBytes / 1e6 };
    const { bytes, perAgentBytes } = memory.agents ?? { bytes: null, perAgentBytes: null };
    if (bytes !== null) metrics['memory_agents_kb'] = { unit: 'kB', value: bytes / 1000 };
    if (perAgentBytes !== null) {
      metrics['memory_per_agent_kb'] = { unit: 'kB', value: perAgentBytes / 1000 };
    }
  }
  return metrics;
}

/** What was never built up was not drained either. */
function backlogMetrics({ backlog }: Measured): Metrics {
  if (backlog === null) return {};
  const { wanted, built, drainMs } = backlog;
  const metrics: Metrics = { backlog_events: { unit: 'count', value: built } };
  if (drainMs === null || built < wanted) return metrics;
  metrics['backlog_drain_ms'] = { unit: 'ms', value: drainMs };
  if (drainMs > 0) metrics['backlog_drain_per_s'] = { unit: '1/s', value: built / (drainMs / 1000) };
  return metrics;
}

function nodeMetrics({ node }: Measured): Metrics {
  if (node === null) return {};
  return {
    node_cpu_s: { unit: 's', value: node.cpuS },
    node_rss_mb: { unit: 'MB', value: node.rssMaxBytes / 1e6 },
  };
}

function serverMetrics({ servers }: Measured): Metrics {
  if (servers === null) return {};
  const metrics: Metrics = {
    server_cpu_s: { unit: 's', value: servers.cpuS },
    server_rss_mb: { unit: 'MB', value: servers.rssMaxBytes / 1e6 },
  };
  if (servers.writtenBytes !== null) {
    metrics['server_written_mb'] = { unit: 'MB', value: servers.writtenBytes / 1e6 };
  }
  return metrics;
}

function lifecycle({ agents, subscriptions }: Measured): Metrics {
  const having = (...statuses: AgentStatus[]): Metric => ({
    unit: 'count',
    value: agents.filter(({ status }) => statuses.includes(status)).length,
  });
  return {
    agents_active: having('spawning', 'running', 'paused', 'retrying'),
    agents_completed: having('completed'),
    agents_failed: having('failed'),
    agents_killed: having('killed'),
    subscriptions: { unit: 'count', value: subscriptions },
  };
}

/** Histograms as stored in the record, so that reports can merge them and draw their spectrum. */
export function storeHistograms({ tally }: Pick<Measured, 'tally'>): { [name: string]: StoredHistogram } {
  const stored: { [name: string]: StoredHistogram } = {};
  for (const name of latencyMetrics) {
    const total = tally.latencies[name].total();
    if (total.count === 0) continue;
    stored[name] = total.store();
    for (const [phase, histogram] of tally.latencies[name].byPhase()) {
      if (histogram.count > 0) stored[`${name}{phase:${phase}}`] = histogram.store();
    }
  }
  return stored;
}
