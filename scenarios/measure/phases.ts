import { Histogram, type HistogramPart } from './histogram.ts';

/** A phase on the run's clock, in Clock milliseconds: from `fromMs` (included) to `toMs` (not included). */
export interface PhaseSpan {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** When a run is disturbed by faults, on the run's clock; infinite for what has not happened yet. */
export interface Disturbance {
  /** The first fault is about to be injected. */
  beganMs: number;
  /** The last one has been seen healed. */
  endedMs: number;
}

/** What lies around the faults of a run: phases that nobody plans. */
export const aroundFaults = ['before', 'during', 'after'] as const;

/**
 * One histogram a phase; a sample belongs to the phase in which its operation was due. What was due in none of them
 * (before the first, as the last of the warm-up are when they arrive late, or between two) is left out; the last phase
 * has no end, so that what was due as the load stopped counts.
 */
export class PhaseHistograms {
  readonly #spans: readonly PhaseSpan[];
  readonly #histograms: readonly Histogram[];
  readonly #disturbance: Disturbance | null;
  readonly #around: readonly Histogram[];
  /** The stretch of time that the last sample fell into, and where its samples go: operations come in order. */
  #from = Number.NaN;
  #to = Number.NaN;
  #current: Histogram | null = null;

  /** `disturbance`: samples are also told apart by whether they were due before, during or after it. */
  constructor(spans: readonly PhaseSpan[], disturbance: Disturbance | null = null) {
    this.#spans = spans;
    this.#histograms = spans.map(() => new Histogram());
    this.#disturbance = disturbance;
    this.#around = disturbance === null ? [] : aroundFaults.map(() => new Histogram());
  }

  /** Adds `times` samples of `ms` of operations that were due at `dueMs`. */
  record(ms: number, dueMs: number, times = 1): void {
    if (!(dueMs >= this.#from && dueMs < this.#to)) this.#move(dueMs);
    if (this.#current === null) return;
    this.#current.record(ms, times);
    if (this.#disturbance !== null) this.#recordAround(this.#disturbance, ms, dueMs, times);
  }

  #recordAround({ beganMs, endedMs }: Disturbance, ms: number, dueMs: number, times: number): void {
    const index = dueMs < beganMs ? 0 : dueMs < endedMs ? 1 : 2;
    (this.#around[index] as Histogram).record(ms, times);
  }

  #move(dueMs: number): void {
    const { length } = this.#spans;
    const index = this.#spans.findIndex(({ toMs }, at) => dueMs < toMs || at === length - 1);
    const before = index > 0 ? (this.#spans[index - 1] as PhaseSpan).toMs : Number.NEGATIVE_INFINITY;
    const { fromMs, toMs } = this.#spans[index] ?? { fromMs: Number.POSITIVE_INFINITY, toMs: 0 };
    const inside = dueMs >= fromMs;
    this.#from = inside ? fromMs : before;
    this.#to = !inside ? fromMs : index === length - 1 ? Number.POSITIVE_INFINITY : toMs;
    this.#current = inside ? (this.#histograms[index] as Histogram) : null;
  }

  /** Phase by phase; what lies around faults is told of in one process alone. */
  parts(): readonly HistogramPart[] {
    return this.#histograms.map((histogram) => histogram.part());
  }

  /** Adds what was counted elsewhere in the same phases. */
  addParts(parts: readonly HistogramPart[]): void {
    for (const [index, histogram] of this.#histograms.entries())
      histogram.addPart(parts[index] as HistogramPart);
  }

  clear(): void {
    for (const histogram of this.#histograms) histogram.clear();
  }

  /** Of all phases together, without adding them up. */
  sum(of: (histogram: Histogram) => number): number {
    return this.#histograms.reduce((sum, histogram) => sum + of(histogram), 0);
  }

  /** All phases together. */
  total(): Histogram {
    const total = new Histogram();
    for (const histogram of this.#histograms) total.add(histogram);
    return total;
  }

  /** Before and after the faults; without any, all. */
  undisturbed(): Histogram {
    const [before, , after] = this.#around;
    if (before === undefined || after === undefined) return this.total();
    const calm = new Histogram();
    calm.add(before);
    calm.add(after);
    return calm;
  }

  byPhase(): readonly (readonly [name: string, histogram: Histogram])[] {
    return [
      ...this.#spans.map((span, index) => [span.name, this.#histograms[index] as Histogram] as const),
      ...this.#around.map((histogram, index) => [aroundFaults[index] as string, histogram] as const),
    ];
  }
}
