import type { FaultWindow } from '../../chaos/play-timeline.ts';
import { judge } from '../../reports/judge.ts';
import type { Metric, ThresholdResult, Verdict } from '../../reports/record.ts';
import type { Threshold } from '../../reports/threshold.ts';
import { worst } from '../../reports/verdict.ts';
import { latencyMetrics, type Tally } from '../measure/tally.ts';
import type { Levels } from './levels.ts';

/** How a load goes while it plays: of the time since the look before, from what is counted in any case. */
export interface LiveSample {
  /** From the start of the load. */
  readonly atMs: number;
  readonly offeredPerS: number;
  readonly ackedPerS: number;
  readonly deliveriesPerS: number;
  readonly errorsPerS: number;
  /** Average; null: nothing was delivered. */
  readonly deliveryMs: number | null;
  readonly lag: number | null;
  readonly rssMb: number | null;
  readonly loopDelayMs: number | null;
  readonly faults: readonly LiveFault[];
  readonly soFar: VerdictSoFar;
}

/** A fault that was begun, in ms from the start of the load; `toMs` is null while it is not seen gone. */
export interface LiveFault {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** What the thresholds that can be told before the end would come to, were this the end. */
export interface VerdictSoFar {
  /** Null: there is nothing yet that could be judged. */
  readonly verdict: Verdict | null;
  /** Those that do not hold now: `event_delivery_ms avg < 50 ms`. */
  readonly broken: readonly string[];
  readonly judged: number;
  readonly of: number;
}

export interface LiveParts {
  readonly tally: Tally;
  readonly levels: Levels;
  readonly rules: readonly Threshold[];
  readonly faults: { soFar(): readonly FaultWindow[] };
}

/** Often enough for an eye, and far too seldom for the load to feel it. */
const everyMs = 500;

const columns = ['offered', 'acked', 'deliveries', 'errors', 'delivery_ms'] as const;
type Sums = { readonly [column in (typeof columns)[number]]: number };

/** Looks at a load that somebody watches. */
export class LiveLook {
  readonly #parts: LiveParts;
  readonly #rules: readonly Threshold[];
  #lastMs = 0;
  #last: Sums | null = null;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#rules = parts.rules.filter(({ phase }) => phase === null);
  }

  /** To be asked at every beat; null as long as the last look is not old enough. `events`: completed so far. */
  at(elapsedMs: number, events: number): LiveSample | null {
    if (elapsedMs - this.#lastMs < everyMs) return null;
    const { tally, levels, faults } = this.#parts;
    const seconds = (elapsedMs - this.#lastMs) / 1000;
    const sums = sumsOf(tally);
    const since = (column: keyof Sums): number => sums[column] - (this.#last?.[column] ?? 0);
    const deliveries = since('deliveries');
    const sample: LiveSample = {
      atMs: elapsedMs,
      offeredPerS: since('offered') / seconds,
      ackedPerS: since('acked') / seconds,
      deliveriesPerS: deliveries / seconds,
      errorsPerS: since('errors') / seconds,
      deliveryMs: deliveries === 0 ? null : since('delivery_ms') / deliveries,
      lag: levels.last('consumer_lag'),
      rssMb: levels.last('rss_mb'),
      loopDelayMs: levels.last('event_loop_delay_ms'),
      faults: faults.soFar().flatMap(liveFault),
      soFar: this.#soFar(elapsedMs, events),
    };
    this.#lastMs = elapsedMs;
    this.#last = sums;
    return sample;
  }

  #soFar(measuredMs: number, events: number): VerdictSoFar {
    const metrics = metricsSoFar(this.#parts.tally, this.#rules, measuredMs, events);
    const results = judge(this.#rules, metrics, { measuredMs, phases: [], histograms: {} });
    const judged = results.filter(({ observed }) => observed !== null);
    const broken = judged.filter(({ verdict }) => verdict === 'FAIL');
    return {
      verdict: judged.length === 0 ? null : worst(judged.map(({ verdict }) => verdict)),
      broken: broken.map(nameOf),
      judged: judged.length,
      of: results.length,
    };
  }
}

const nameOf = ({ metric, rule }: ThresholdResult): string => `${metric} ${rule}`;

function sumsOf({ windows }: Tally): Sums {
  return Object.fromEntries(columns.map((column) => [column, windows.total(column)])) as Sums;
}

function liveFault({ order, injectedAtMs, healedAtMs, verifiedAtMs }: FaultWindow): readonly LiveFault[] {
  if (injectedAtMs === null) return [];
  return [{ name: `${order.fault} on ${order.on}`, fromMs: injectedAtMs, toMs: verifiedAtMs ?? healedAtMs }];
}

/** Of the metrics that rules are about those that have a value before the end. */
function metricsSoFar(
  { latencies, counts }: Tally,
  rules: readonly Threshold[],
  measuredMs: number,
  events: number,
): { readonly [name: string]: Metric } {
  const asked = new Set(rules.map(({ metric }) => metric));
  const known = latencyMetrics.filter((metric) => asked.has(metric));
  const summaries = known.flatMap((metric) => {
    const summary = latencies[metric].total().summarise();
    return summary === undefined ? [] : [[metric, summary] as const];
  });
  return {
    ...Object.fromEntries(summaries),
    errors: { unit: 'count', value: counts.errors },
    late_sends: { unit: 'count', value: counts.eventsLate + counts.messagesLate },
    events_per_s: { unit: '1/s', value: (1000 * events) / measuredMs },
  };
}
