/** What every metric means. One line here, and thresholds, tables, schemas and docs know it. */
export interface MetricDefinition {
  /** A histogram has aggregators (avg, p(95), ...); a number has `value`. */
  readonly kind: 'histogram' | 'number';
  /** The unit it is recorded in. */
  readonly unit: 'ms' | '1/s' | '%' | 'MB' | 'MB/min' | 'kB' | 'count' | 'ratio' | 's' | 'B/op';
  /** Which direction is good; null where neither is. */
  readonly better: 'lower' | 'higher' | null;
  readonly what: string;
}

const latency = (what: string): MetricDefinition => ({
  kind: 'histogram',
  unit: 'ms',
  better: 'lower',
  what,
});
const number = (
  unit: MetricDefinition['unit'],
  better: MetricDefinition['better'],
  what: string,
): MetricDefinition => ({ kind: 'number', unit, better, what });

/** In the order in which tables print them. */
export const metricTable = {
  spawn_ms: latency(
    'spawn due -> agent running, stored, and its agent_start accepted by the bus; a sample per agent',
  ),
  event_delivery_ms: latency('event due -> its handler invoked at a subscriber; a sample per delivery'),
  event_service_ms: latency('event sent -> its handler invoked: queueing in the generator left out'),
  event_delivery_same_node_ms: latency(
    'event_delivery_ms where the event came in by the node that the subscriber is at; those left out whose producer had to change its node',
  ),
  event_delivery_cross_node_ms: latency(
    'event_delivery_ms where the event came in by another node than the subscriber is at; those left out whose producer had to change its node',
  ),
  publish_ms: latency('publish called -> acknowledged by the bus; a sample per publish'),
  message_routing_ms: latency('message due -> handler of the addressed agent'),
  transition_ms: latency('transition requested -> stored version returned; refused ones are not timed'),
  read_ms: latency('look at the state due -> answered; a sample per look'),
  staleness_ms: latency(
    'write acknowledged by the primary -> first read sent that saw it on a replica; of a sample of writes, on every replica',
  ),
  connect_ms: latency('WebSocket of a client due -> open, and subscribed to what it subscribes to'),
  ws_delivery_ms: latency(
    'event due -> handed to a client over its WebSocket; a sample per delivery, those that stand still left out',
  ),
  reconnect_ms: latency('WebSocket broke -> open again, and subscribed from its last offset'),
  response_ms: latency(
    'HTTP request due -> answered, whole, with an expected status: what somebody waits who comes when he likes',
  ),
  service_ms: latency(
    'HTTP request sent -> answered, and not from when it was due; autocannon counts whole ms',
  ),
  events_per_s: number(
    '1/s',
    'higher',
    'events whose last entitled delivery was inside the measured time, a second',
  ),
  offered_per_s: number('1/s', null, 'events the schedule asked for, a second'),
  achieved_ratio: number('ratio', 'higher', 'events_per_s / offered_per_s'),
  messages_per_s: number('1/s', 'higher', 'messages delivered inside the measured time, a second'),
  transitions_per_s: number('1/s', 'higher', 'transitions stored inside the measured time, a second'),
  reads_per_s: number('1/s', 'higher', 'looks at the state answered, a second of the measured time'),
  requests_per_s: number(
    '1/s',
    'higher',
    'HTTP requests answered with an expected status inside the measured time, a second',
  ),
  requests_offered_per_s: number('1/s', null, 'HTTP requests the schedule asked for, a second'),
  spawns_per_s: number('1/s', 'higher', 'agents spawned inside the measured time, a second'),
  delivery_rate_pct: number(
    '%',
    'higher',
    'distinct (event, subscriber) deliveries / (every send due, refused and late ones included, x entitled subscribers)',
  ),
  message_delivery_rate_pct: number(
    '%',
    'higher',
    'the same for messages and the agents they were addressed to',
  ),
  availability_pct: number('%', 'higher', 'operations that succeeded / attempted or due and not made'),
  outage_recovery_ms: number(
    'ms',
    'lower',
    'fault seen in force -> first of 10 good windows (100 ms) in a row: something completed, nothing failed, averages inside their bounds; the worst of all faults',
  ),
  heal_recovery_ms: number('ms', 'lower', 'fault seen healed -> the same'),
  takeover_ms: number(
    'ms',
    'lower',
    'fault on one of several nodes injected -> the last agent that it owned stored as owned by another life; the worst of all lives that were taken over',
  ),
  detect_ms: number(
    'ms',
    'lower',
    'fault seen in force -> end of the first window (100 ms) in which bus or storage failed the orchestrator, or it a caller; the longest of the faults that were noticed',
  ),
  client_detect_ms: number(
    'ms',
    'lower',
    'fault seen in force -> end of the first window (100 ms) in which an operation failed; the longest of the faults that were felt',
  ),
  rpo_events: number('count', 'lower', 'acknowledged events and messages that are missing after the faults'),
  rpo_ms: number(
    'ms',
    'lower',
    'acknowledgement of the first of them -> of the last; 0 where none is missing',
  ),
  degraded_ms: number('ms', 'lower', 'windows that were not good, from the first fault on'),
  dip_area_events: number(
    'count',
    'lower',
    'fewer acknowledged, from the first fault to the recovery, than the time before it promised',
  ),
  violations_after_recovery: number('count', 'lower', 'windows after the recovery that were not good'),
  error_budget_burn: number(
    'ratio',
    'lower',
    'share of the operations of the measured time that did not succeed, of the 0.1 % that an availability of 99.9 % allows',
  ),
  faulted_operations: number('count', null, 'operations that were due while a fault was in force'),
  errors: number('count', 'lower', 'operations that failed; unknown outcomes are counted apart'),
  status_2xx: number('count', null, 'HTTP answers with such a status'),
  status_3xx: number('count', null, 'the same'),
  status_4xx: number('count', null, 'the same'),
  status_5xx: number('count', null, 'the same'),
  timeouts: number('count', 'lower', 'HTTP requests without an answer in time; among the indeterminate'),
  unexpected_status: number('count', 'lower', 'HTTP answers with another status than was expected'),
  lost_acked: number('count', 'lower', 'deliveries owed of what was acknowledged that never came'),
  duplicates: number('count', 'lower', 'deliveries of what that subscriber had seen already'),
  reordered: number('count', 'lower', 'deliveries that came after a later one of the same key'),
  phantom: number(
    'count',
    'lower',
    'deliveries of what was never sent to that subscriber, or was sent otherwise',
  ),
  indeterminate: number('count', 'lower', 'operations whose outcome is unknown: no answer in time'),
  dropped: number('count', 'lower', 'events that a full queue discarded, by its stated policy'),
  late_sends: number(
    'count',
    'lower',
    'sends due and not made: the in-flight bound was full, or no agent worked',
  ),
  consumer_lag: number('count', 'lower', 'most deliveries outstanding at any sampled time'),
  drain_ms: number('ms', 'lower', 'end of the load -> no delivery outstanding'),
  backlog_events: number(
    'count',
    null,
    'events acknowledged while subscribers stood still, when they were let go',
  ),
  backlog_drain_ms: number(
    'ms',
    'lower',
    'subscribers let go -> all of the backlog delivered to all of them',
  ),
  backlog_drain_per_s: number('1/s', 'higher', 'backlog_events / backlog_drain_ms'),
  ws_deliveries_per_s: number(
    '1/s',
    'higher',
    'events handed to clients over WebSockets, a second of the load',
  ),
  ws_lost: number(
    'count',
    'lower',
    'acknowledged events that a client over WebSockets never got, those that stand still left out',
  ),
  ws_dropped: number('count', 'lower', 'events that gateways left out for those clients, as they said'),
  ws_duplicates: number('count', 'lower', 'events that such a client got again, as when it comes back'),
  connections_open: number('count', 'higher', 'WebSockets of clients open at the end'),
  connects_refused: number('count', 'lower', 'WebSockets of clients that could not be opened'),
  reconnects: number('count', null, 'times that a WebSocket of a client broke and was back'),
  slow_disconnects: number(
    'count',
    null,
    'times that a gateway closed a WebSocket that stood still, for being slow',
  ),
  slow_dropped: number('count', null, 'events that gateways left out for those, as they said'),
  slow_lost: number('count', 'lower', 'acknowledged events that a client which stood still never got'),
  memory_per_connection_kb: number(
    'kB',
    'lower',
    'memory (RSS) of the gateways with the WebSockets of clients - idle, without any, heaps collected / WebSockets; of fewer than 100 not told',
  ),
  memory_growth_mb: number(
    'MB',
    'lower',
    'heap after forced GC at the end - at the start of the measured time',
  ),
  memory_growth_mb_per_min: number('MB/min', 'lower', 'the same growth per minute of the measured time'),
  heap_slope: number(
    'B/op',
    'lower',
    'memory growth / operations done (events, messages, transitions, spawns); one process is no verdict',
  ),
  memory_agents_kb: number(
    'kB',
    'lower',
    'after-GC heap with the agents - with none; of few agents mostly noise',
  ),
  memory_per_agent_kb: number('kB', 'lower', '(after-GC heap with the agents - with none) / agents'),
  heap_mb: number('MB', 'lower', 'heap after forced GC at the end'),
  rss_mb: number('MB', 'lower', 'largest sampled resident set of the cell process'),
  cpu_s_per_million_events: number(
    's',
    'lower',
    'CPU seconds of the cell process per million events delivered to all',
  ),
  server_cpu_s: number(
    's',
    'lower',
    'CPU seconds of the servers of the stack while the load plays; absent where it has none of its own',
  ),
  server_rss_mb: number('MB', 'lower', 'largest sampled resident set of the servers of the stack, together'),
  server_written_mb: number(
    'MB',
    'lower',
    'what the servers of the stack had written to disk while the load played',
  ),
  node_cpu_s: number(
    's',
    'lower',
    'CPU seconds of an orchestrator in a process of its own while the load plays',
  ),
  node_rss_mb: number(
    'MB',
    'lower',
    'largest sampled resident set of an orchestrator in a process of its own',
  ),
  generator_cpu_pct: number('%', null, 'CPU of the process that generates the load, of one core'),
  event_loop_delay_ms: latency('how late the event loop of the generator ran'),
  agents_active: number('count', null, 'agents not yet ended, in storage at the end'),
  agents_completed: number('count', null, 'agents completed, in storage at the end'),
  agents_failed: number('count', null, 'agents failed, in storage at the end'),
  agents_killed: number('count', null, 'agents killed, in storage at the end'),
  subscriptions: number('count', null, 'subscriptions open at the end of the load'),
} satisfies { readonly [name: string]: MetricDefinition };

export type MetricName = keyof typeof metricTable;

/** Fewest samples an aggregator needs to exist; below it a threshold on it is INCONCLUSIVE. */
export function samplesNeeded(aggregator: string, percentile: number | null): number {
  if (aggregator === 'avg') return 10;
  if (aggregator !== 'p' || percentile === null) return 1;
  if (percentile > 99) return 10_000;
  if (percentile > 95) return 300;
  if (percentile > 90) return 60;
  return percentile > 50 ? 30 : 10;
}
