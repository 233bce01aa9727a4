import type { Bound, Threshold } from '../../reports/threshold.ts';
import type { LoadPlan } from '../load/plan.ts';
import type { LatencyMetric, Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';

/** The most samples that each latency can come to; what is not known beforehand is absent. */
export type MostSamples = { readonly [metric in LatencyMetric]?: number };

/** More standard deviations than chance ever takes Poisson arrivals beyond their plan. */
const deviations = 6;

/** From what the schedule asks for. Loads that react to what they get (closed, chains) have no schedule. */
export function mostSamples(
  { arrivals, chain, subscribers }: Workload,
  offered: LoadPlan['offered'],
): MostSamples {
  const most = (planned: number): number =>
    Math.ceil(planned) + (arrivals === 'poisson' ? Math.ceil(deviations * Math.sqrt(planned)) : 1);
  const messages = { message_routing_ms: most(offered.messages) };
  if (arrivals === 'closed' || chain !== null) return messages;
  const deliveries = most(offered.events) * (subscribers.count + subscribers.late);
  return { ...messages, event_delivery_ms: deliveries, event_service_ms: deliveries };
}

/** Says when a pass bound of the whole measured time cannot hold any more, whatever is still to come. */
export class BeyondReturn {
  readonly #bounds: readonly { readonly metric: string; readonly bound: Bound }[];
  readonly #most: MostSamples;

  constructor(rules: readonly Threshold[], most: MostSamples) {
    const upper = ({ operator }: Bound): boolean => operator === '<' || operator === '<=';
    this.#bounds = rules
      .filter(({ phase }) => phase === null)
      .flatMap(({ metric, pass }) => pass.filter(upper).map((bound) => ({ metric, bound })));
    this.#most = most;
  }

  /** The bound that is lost, and by what; null while all of them may still hold. */
  check(tally: Tally): string | null {
    for (const { metric, bound } of this.#bounds) {
      const why = countedOut(metric, bound, tally) ?? this.#outvoted(metric as LatencyMetric, bound, tally);
      if (why !== null) return `${metric} ${bound.text} is beyond return: ${why}`;
    }
    return null;
  }

  /** Even if all that is to come takes no time at all, too much has taken too long. */
  #outvoted(
    metric: LatencyMetric,
    { aggregator, percentile, limit }: Bound,
    { latencies }: Tally,
  ): string | null {
    const most = this.#most[metric];
    if (most === undefined) return null;
    if (aggregator === 'avg') {
      const sum = latencies[metric].sum((histogram) => histogram.sum);
      return sum > limit * most ? `${Math.round(sum)} ms in all already, for at most ${most} samples` : null;
    }
    if (aggregator !== 'p' && aggregator !== 'max') return null;
    const above = latencies[metric].sum((histogram) => histogram.above(limit));
    const allowed = aggregator === 'max' ? 0 : (1 - (percentile ?? 100) / 100) * most;
    return above > allowed ? `${above} of at most ${most} samples are above it already` : null;
  }
}

/** What only grows and has grown too large. */
function countedOut(metric: string, { operator, limit }: Bound, { counts }: Tally): string | null {
  const count =
    metric === 'errors'
      ? counts.errors
      : metric === 'late_sends'
        ? counts.eventsLate + counts.messagesLate
        : 0;
  const isOut = operator === '<' ? count >= limit && count > 0 : count > limit;
  return isOut ? `${count} already` : null;
}
