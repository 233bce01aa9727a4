import { isTestbedError, messageOf } from '../../core/error.ts';
import type { Finding } from '../../reports/record.ts';
import type { HistogramPart } from './histogram.ts';
import { type Disturbance, PhaseHistograms, type PhaseSpan } from './phases.ts';
import { Windows, type WindowsPart } from './windows.ts';

export const latencyMetrics = [
  'spawn_ms',
  'event_delivery_ms',
  'event_service_ms',
  'event_delivery_same_node_ms',
  'event_delivery_cross_node_ms',
  'publish_ms',
  'message_routing_ms',
  'transition_ms',
  'read_ms',
  'staleness_ms',
  'service_ms',
  'response_ms',
] as const;
export type LatencyMetric = (typeof latencyMetrics)[number];

/** Kinds of error told apart at most: messages may carry ids, and memory must not follow their number. */
const kindLimit = 100;
const otherKinds = 'others';

/** A tally on its way to another process. */
export interface TallyPart {
  /** By name, phase by phase. Null: left out. */
  readonly histograms: ReadonlyMap<string, readonly HistogramPart[]> | null;
  readonly windows: WindowsPart;
  readonly counts: Tally['counts'];
  readonly errorKinds: ReadonlyMap<string, number>;
}

/** What the measured part of a run adds up to while it goes on: latencies, windows and counts. Constant memory. */
export class Tally {
  readonly latencies: { readonly [name in LatencyMetric]: PhaseHistograms };
  /** How late sends were: sent minus due. The generator's own queueing, beside what it measured. */
  readonly sendLag: {
    readonly events: PhaseHistograms;
    readonly messages: PhaseHistograms;
    readonly requests: PhaseHistograms;
  };
  readonly windows: Windows;
  readonly fromMs: number;
  readonly toMs: number;

  /** Operations attempted, and of those: succeeded, failed, unknown. Late sends are attempts that were not made. */
  readonly counts = {
    eventsSent: 0,
    eventsAcked: 0,
    eventsLate: 0,
    messagesSent: 0,
    messagesAcked: 0,
    messagesLate: 0,
    /** Of the late ones of both, those that were due while no agent worked; the others were beyond the in-flight bound. */
    sendsUnmanned: 0,
    messagesCompleted: 0,
    /** What the schedule asked for, and what of it was not made because no agent was idle. */
    transitionsDue: 0,
    transitionsLate: 0,
    /** Those, and the ends of agents. */
    transitionsAsked: 0,
    transitionsDone: 0,
    /** Rejected because the state had moved on: neither a success nor a fault. */
    transitionsRefused: 0,
    /** Of agents that make room for their successors: the load's own doing, and no transition that it was asked for. */
    retirementsDone: 0,
    /** Looks at the state, and those that were due and not made. */
    readsDone: 0,
    readsLate: 0,
    spawnsAsked: 0,
    spawnsDone: 0,
    /** HTTP requests answered as was expected, and otherwise; those of them that had no answer in time. */
    requestsDone: 0,
    requestsUnexpected: 0,
    requestsTimedOut: 0,
    status2xx: 0,
    status3xx: 0,
    status4xx: 0,
    status5xx: 0,
    /** Of a target, whose requests are its operations: what was due, succeeded, and was due and not made. */
    repliesDue: 0,
    repliesDone: 0,
    repliesLate: 0,
    errors: 0,
    unknown: 0,
  };
  /** Why what was counted here cannot be believed. */
  readonly doubts: Finding[] = [];
  /** How often each error came, by what it said; beyond the first hundred kinds together, as `others`. */
  readonly errorKinds = new Map<string, number>();

  constructor(spans: readonly PhaseSpan[], disturbance: Disturbance | null = null) {
    const phases = (): PhaseHistograms => new PhaseHistograms(spans, disturbance);
    this.latencies = {
      spawn_ms: phases(),
      event_delivery_ms: phases(),
      event_service_ms: phases(),
      event_delivery_same_node_ms: phases(),
      event_delivery_cross_node_ms: phases(),
      publish_ms: phases(),
      message_routing_ms: phases(),
      transition_ms: phases(),
      read_ms: phases(),
      staleness_ms: phases(),
      service_ms: phases(),
      response_ms: phases(),
    };
    this.sendLag = { events: phases(), messages: phases(), requests: phases() };
    this.fromMs = spans[0]?.fromMs ?? 0;
    this.toMs = spans.at(-1)?.toMs ?? this.fromMs;
    this.windows = new Windows(this.fromMs);
  }

  /** Notes `times` operations that failed: certainly not done. */
  failed(what: string, atMs: number, times = 1): void {
    this.counts.errors += times;
    this.windows.add('errors', atMs, times);
    this.#noteKind(what, times);
  }

  /** Notes an operation of which nobody knows what came of it, by what it said; who asked for it has not got it. */
  inDoubt(what: string, atMs: number): void {
    this.counts.unknown++;
    this.windows.add('errors', atMs, 1);
    this.#noteKind(what, 1);
  }

  #noteKind(what: string, times: number): void {
    const kind = this.errorKinds.has(what) || this.errorKinds.size < kindLimit ? what : otherKinds;
    this.errorKinds.set(kind, (this.errorKinds.get(kind) ?? 0) + times);
  }

  /** Notes `times` operations that came to this error: unknown where it says that nobody can tell, else failed. */
  unsuccessful(what: string, error: unknown, atMs: number, times = 1): void {
    if (isTestbedError(error, 'TIMEOUT')) this.counts.unknown += times;
    else this.failed(`${what}: ${messageOf(error)}`, atMs, times);
  }

  /** `whole`: with the latencies, which are most of it. */
  part(whole: boolean): TallyPart {
    const histograms = whole
      ? new Map(this.#histograms().map(([name, phases]) => [name, phases.parts()]))
      : null;
    return {
      histograms,
      windows: this.windows.part(),
      counts: { ...this.counts },
      errorKinds: new Map(this.errorKinds),
    };
  }

  /** Becomes what these come to together: of a load that several have played, each with a tally of the same phases. */
  become(parts: readonly TallyPart[]): void {
    this.windows.clear();
    this.errorKinds.clear();
    for (const name of Object.keys(this.counts) as (keyof Tally['counts'])[]) {
      this.counts[name] = parts.reduce((sum, { counts }) => sum + counts[name], 0);
    }
    for (const { windows, errorKinds } of parts) {
      this.windows.addPart(windows);
      for (const [what, times] of errorKinds) this.#noteKind(what, times);
    }
    // Latencies that were left out stay as they were.
    if (parts.some(({ histograms }) => histograms === null)) return;
    for (const [name, phases] of this.#histograms()) {
      phases.clear();
      for (const { histograms } of parts) phases.addParts(histograms?.get(name) ?? []);
    }
  }

  #histograms(): readonly (readonly [name: string, phases: PhaseHistograms])[] {
    return [
      ...Object.entries(this.latencies),
      ['sendLag.events', this.sendLag.events],
      ['sendLag.messages', this.sendLag.messages],
      ['sendLag.requests', this.sendLag.requests],
    ];
  }
}
