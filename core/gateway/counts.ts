import { memoryUsage } from 'node:process';
import type { Orchestrator } from '../orchestrator.ts';

/** What a gateway has done since it was started. */
export class GatewayCounts {
  readonly #requests = new Map<string, { count: number; seconds: number }>();
  sockets = 0;
  framesSent = 0;
  eventsDropped = 0;
  slowClosed = 0;
  resumed = 0;

  /** An answer to a request: which operation, with which status, after how long. */
  answered(operation: string, status: number, ms: number): void {
    const key = `operation="${operation}",status="${status}"`;
    const counted = this.#requests.get(key);
    if (counted === undefined) this.#requests.set(key, { count: 1, seconds: ms / 1000 });
    else {
      counted.count++;
      counted.seconds += ms / 1000;
    }
  }

  get requests(): ReadonlyMap<string, { readonly count: number; readonly seconds: number }> {
    return this.#requests;
  }
}

type Row = readonly [labels: string, value: number];

/** In the text format of Prometheus. */
export function prometheusText(counts: GatewayCounts, orchestrator: Orchestrator): string {
  const { events, messages, conflicts, cache, outbox, retrying, obligations, reported } =
    orchestrator.stats();
  const { heapUsed, rss } = memoryUsage();
  const both = (name: keyof typeof events): readonly Row[] => [
    ['channel="events"', events[name]],
    ['channel="messages"', messages[name]],
  ];
  const requests = [...counts.requests];
  const one = (value: number): readonly Row[] => [['', value]];
  return [
    metric('requests_total', 'counter', 'HTTP requests answered', rowsOf(requests, 'count')),
    metric('request_seconds_total', 'counter', 'Time spent answering them', rowsOf(requests, 'seconds')),
    metric('websockets', 'gauge', 'WebSockets open now', one(counts.sockets)),
    metric('websocket_frames_total', 'counter', 'Frames sent to WebSockets', one(counts.framesSent)),
    metric('websocket_events_dropped_total', 'counter', 'Left out for slow ones', one(counts.eventsDropped)),
    metric('websocket_slow_closed_total', 'counter', 'Closed for being slow', one(counts.slowClosed)),
    metric('websocket_resumed_total', 'counter', 'Subscriptions from an offset', one(counts.resumed)),
    metric('received_total', 'counter', 'Handed over by the bus', both('received')),
    metric('delivered_total', 'counter', 'Handled by subscribers of this node', both('delivered')),
    metric('dropped_total', 'counter', 'Discarded by full queues', both('dropped')),
    metric('failures_total', 'counter', 'Whose handler failed', both('failures')),
    metric('waiting', 'gauge', 'In the queues of subscribers', both('waiting')),
    metric('subscriptions', 'gauge', 'Subscribers of this node', both('subscriptions')),
    metric('conflicts_total', 'counter', 'Compare-and-sets that found another version', one(conflicts)),
    metric('cached_agents', 'gauge', 'Agents at hand', one(cache.size)),
    metric('cache_hits_total', 'counter', 'Looks at an agent at hand', one(cache.hits)),
    metric('cache_misses_total', 'counter', 'Looks that asked the store', one(cache.misses)),
    metric('outbox_waiting', 'gauge', 'Lifecycle events on their way to the bus', one(outbox.waiting)),
    metric('outbox_lost_total', 'counter', 'Lifecycle events the bus never took', one(outbox.lost)),
    metric('retrying', 'gauge', 'Agents that wait for a retry', one(retrying)),
    metric('obligations', 'gauge', 'Repairs the store does not allow for now', one(obligations)),
    metric('reported_total', 'counter', 'Errors that no caller got to see', one(reported)),
    metric('heap_bytes', 'gauge', 'Heap in use', one(heapUsed)),
    metric('rss_bytes', 'gauge', 'Memory of the process', one(rss)),
  ].join('');
}

function rowsOf(
  requests: readonly (readonly [string, { readonly count: number; readonly seconds: number }])[],
  what: 'count' | 'seconds',
): readonly Row[] {
  return requests.map(([labels, counted]) => [labels, counted[what]]);
}

function metric(name: string, type: 'counter' | 'gauge', help: string, rows: readonly Row[]): string {
  const lines = rows.map(
    ([labels, value]) => `testbed_${name}${labels === '' ? '' : `{${labels}}`} ${value}\n`,
  );
  return `# HELP testbed_${name} ${help}\n# TYPE testbed_${name} ${type}\n${lines.join('')}`;
}
