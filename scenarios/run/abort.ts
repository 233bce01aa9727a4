import type { Bound, Threshold } from '../../reports/threshold.ts';
import type { Tally } from '../measure/tally.ts';

/** Sums since the start of the measured time, from which any window's value follows by subtraction. */
interface Sample {
  readonly atMs: number;
  readonly errors: number;
  readonly lateSends: number;
  readonly good: number;
  readonly attempted: number;
  readonly deliveries: number;
  readonly deliveryMs: number;
  readonly events: number;
}

/** Operations that succeeded, of all that were attempted or were due and not made. */
export function availabilityOf({ counts }: Tally): { readonly good: number; readonly attempted: number } {
  const sends = counts.eventsAcked + counts.messagesAcked;
  const good =
    sends +
    counts.transitionsDone +
    counts.retirementsDone +
    counts.readsDone +
    counts.spawnsDone +
    counts.repliesDone;
  const late =
    counts.eventsLate + counts.messagesLate + counts.transitionsLate + counts.readsLate + counts.repliesLate;
  return { good, attempted: good + counts.errors + counts.unknown + late };
}

/** Watches the abort bounds of a scenario over sliding windows; asked once a beat. */
export class AbortWatch {
  readonly #bounds: readonly { readonly metric: string; readonly bound: Bound }[];
  readonly #samples: Sample[] = [];
  readonly #keepMs: number;

  constructor(rules: readonly Threshold[]) {
    this.#bounds = rules.flatMap(({ metric, abort }) => abort.map((bound) => ({ metric, bound })));
    this.#keepMs = Math.max(0, ...this.#bounds.map(({ bound }) => bound.overMs ?? 0));
  }

  /** The rule that now says stop, with what it saw; null to go on. */
  check(tally: Tally, nowMs: number, completedEvents: number): string | null {
    if (this.#bounds.length === 0) return null;
    const latest = sample(tally, nowMs, completedEvents);
    this.#samples.push(latest);
    while (this.#samples.length > 2 && (this.#samples[1] as Sample).atMs < nowMs - this.#keepMs)
      this.#samples.shift();
    for (const { metric, bound } of this.#bounds) {
      if (nowMs - tally.fromMs < (bound.afterMs ?? 0)) continue;
      const since = this.#since(bound, metric, nowMs, tally.fromMs);
      if (since === null) continue;
      const observed = observedOf(metric, since, latest);
      if (observed !== null && holds(bound, observed)) {
        return `${metric} ${bound.text}: ${Number(observed.toPrecision(4))}`;
      }
    }
    return null;
  }

  /**
   * Where the bound's window began; null while less than a whole window has passed, or too little to divide by. Beats come
   * when they can, so a sample seldom stands just where the window begins: what adds up is counted from the next one after
   * it, and never over more than the window; a ratio is taken from the last one before it, and never over less.
   */
  #since({ overMs }: Bound, metric: string, nowMs: number, fromMs: number): Sample | null {
    const start = { ...zero, atMs: fromMs };
    const addsUp = counted.includes(metric);
    if (overMs === null) return !addsUp && nowMs - fromMs < leastMs ? null : start;
    const windowMs = nowMs - overMs;
    if (windowMs < fromMs) return null;
    return addsUp
      ? (this.#samples.find(({ atMs }) => atMs >= windowMs) ?? null)
      : (this.#samples.findLast(({ atMs }) => atMs <= windowMs) ?? start);
  }
}

/** What adds up, and can be told at any time; the others are ratios of what has been so far ... */
const counted: readonly string[] = ['errors', 'late_sends'];
/** ... and without a window say nothing before so many ms of the measured time: at its first moment no event has arrived. */
const leastMs = 1000;

const zero: Sample = {
  atMs: 0,
  errors: 0,
  lateSends: 0,
  good: 0,
  attempted: 0,
  deliveries: 0,
  deliveryMs: 0,
  events: 0,
};

function sample(tally: Tally, atMs: number, events: number): Sample {
  const { good, attempted } = availabilityOf(tally);
  const { errors, eventsLate, messagesLate, repliesLate } = tally.counts;
  const lateSends = eventsLate + messagesLate + repliesLate;
  const [deliveries, deliveryMs] = [tally.windows.total('deliveries'), tally.windows.total('delivery_ms')];
  return { atMs, errors, lateSends, good, attempted, deliveries, deliveryMs, events };
}

function observedOf(metric: string, from: Sample, to: Sample): number | null {
  const ratio = (over: number, under: number): number | null => (under > 0 ? over / under : null);
  switch (metric) {
    case 'errors':
      return to.errors - from.errors;
    case 'late_sends':
      return to.lateSends - from.lateSends;
    case 'availability_pct':
      return ratio(100 * (to.good - from.good), to.attempted - from.attempted);
    case 'events_per_s':
      return ratio(1000 * (to.events - from.events), to.atMs - from.atMs);
    case 'event_delivery_ms':
      return ratio(to.deliveryMs - from.deliveryMs, to.deliveries - from.deliveries);
    default:
      return null;
  }
}

function holds({ operator, limit }: Bound, observed: number): boolean {
  switch (operator) {
    case '<':
      return observed < limit;
    case '<=':
      return observed <= limit;
    case '>':
      return observed > limit;
    case '>=':
      return observed >= limit;
    case '==':
      return observed === limit;
  }
}
