import { Histogram } from './histogram.ts';

/** A phase on the run's clock, in Clock milliseconds. The last one has no end: what is late belongs to it. */
export interface PhaseSpan {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** One histogram a phase; a sample belongs to the phase in which its operation was due. */
export class PhaseHistograms {
  readonly #spans: readonly PhaseSpan[];
  readonly #histograms: readonly Histogram[];
  #from: number;
  #to: number;
  #current: Histogram;

  constructor(spans: readonly PhaseSpan[]) {
    this.#spans = spans;
    this.#histograms = spans.map(() => new Histogram());
    this.#from = Number.NEGATIVE_INFINITY;
    this.#to = this.#end(0);
    this.#current = this.#histograms[0] as Histogram;
  }

  #end(index: number): number {
    return index === this.#spans.length - 1
      ? Number.POSITIVE_INFINITY
      : (this.#spans[index] as PhaseSpan).toMs;
  }

  record(ms: number, dueMs: number, times = 1): void {
    if (dueMs < this.#from || dueMs >= this.#to) this.#move(dueMs);
    this.#current.record(ms, times);
  }

  #move(dueMs: number): void {
    let index = this.#spans.findIndex((_, at) => dueMs < this.#end(at));
    if (index < 0) index = this.#spans.length - 1;
    this.#from = index === 0 ? Number.NEGATIVE_INFINITY : (this.#spans[index] as PhaseSpan).fromMs;
    this.#to = this.#end(index);
    this.#current = this.#histograms[index] as Histogram;
  }

  /** All phases together. */
  total(): Histogram {
    const total = new Histogram();
    for (const histogram of this.#histograms) total.add(histogram);
    return total;
  }

  byPhase(): readonly (readonly [name: string, histogram: Histogram])[] {
    return this.#spans.map((span, index) => [span.name, this.#histograms[index] as Histogram]);
  }
}
