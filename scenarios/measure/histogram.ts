import type { HistogramMetric, StoredHistogram } from '../../reports/record.ts';

/**
 * A log-linear histogram of milliseconds: 1,024 equal buckets in every power of two, so a value is known to
 * 0.1 % (three significant digits) from 61 ns to 4.6 hours, in constant memory. Two of them merge exactly, by adding.
 *
 * The bucket of a value is read off its floating-point bits: exponent and the first ten bits of the mantissa are,
 * as one integer, already the log-linear index.
 */
const lowestExponent = -14;
const highestExponent = 24;
const mantissaBits = 10;
const shift = 20 - mantissaBits;
const base = (1023 + lowestExponent) << mantissaBits;
const size = (highestExponent - lowestExponent) << mantissaBits;

/** Below 0 by less than this, in ms, is the rounding of two clock readings; by more it is no time that anything took. */
const grainMs = 0.01;

/**
 * Samples are added up as whole numbers of 2^-20 ms, a nanosecond or so: in whatever order, and in however many histograms
 * that are merged afterwards, their sum is the same to the last bit, up to 2^33 ms in all.
 */
const unitsPerMs = 2 ** 20;

const float = new Float64Array(1);
const bits = new Uint32Array(float.buffer);
const highWord = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** The smallest value of a bucket, in milliseconds. */
function lowerEdge(index: number): number {
  if (index <= 0) return 0;
  bits[1 - highWord] = 0;
  bits[highWord] = (index + base) << shift;
  return float[0] as number;
}

/** A histogram on its way to another process: as large as it has filled buckets. */
export interface HistogramPart {
  readonly indices: Uint16Array;
  readonly counts: Float64Array;
  readonly count: number;
  readonly units: number;
  readonly min: number;
  readonly max: number;
  readonly impossible: number;
}

export class Histogram {
  readonly #counts = new Float64Array(size);
  #count = 0;
  #units = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;
  #impossible = 0;

  /** Adds `times` samples of `ms`. NaN is no sample; neither is what is below 0, which is counted as impossible. */
  record(ms: number, times = 1): void {
    if (!(ms >= -grainMs)) {
      if (ms < 0) this.#impossible += times;
      return;
    }
    const value = ms > 0 ? ms : 0;
    float[0] = value;
    let index = ((bits[highWord] as number) >>> shift) - base;
    if (index < 0) index = 0;
    else if (index >= size) index = size - 1;
    this.#counts[index] = (this.#counts[index] as number) + times;
    this.#count += times;
    this.#units += Math.round(value * unitsPerMs) * times;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  get count(): number {
    return this.#count;
  }

  /** How many times were given that ended before they began: whoever gave them is wrong about one of both ends. */
  get impossible(): number {
    return this.#impossible;
  }

  /** NaN without samples. */
  get avg(): number {
    return this.sum / this.#count;
  }

  get max(): number {
    return this.#max;
  }

  /** The sum of all samples, in ms. */
  get sum(): number {
    return this.#units / unitsPerMs;
  }

  /** How many samples are certainly above `ms`: those in the bucket that holds it are not counted. */
  above(ms: number): number {
    let count = 0;
    for (let index = size - 1; index > 0 && lowerEdge(index) > ms; index--)
      count += this.#counts[index] as number;
    return count;
  }

  part(): HistogramPart {
    const filled: number[] = [];
    for (let index = 0; index < size; index++) if (this.#counts[index] !== 0) filled.push(index);
    return {
      indices: Uint16Array.from(filled),
      counts: Float64Array.from(filled, (index) => this.#counts[index] as number),
      count: this.#count,
      units: this.#units,
      min: this.#min,
      max: this.#max,
      impossible: this.#impossible,
    };
  }

  /** As `add`, of one that was counted elsewhere. */
  addPart({ indices, counts, count, units, min, max, impossible }: HistogramPart): void {
    for (let at = 0; at < indices.length; at++) {
      const index = indices[at] as number;
      this.#counts[index] = (this.#counts[index] as number) + (counts[at] as number);
    }
    this.#count += count;
    this.#units += units;
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
    this.#impossible += impossible;
  }

  clear(): void {
    this.#counts.fill(0);
    [this.#count, this.#units, this.#impossible] = [0, 0, 0];
    [this.#min, this.#max] = [Number.POSITIVE_INFINITY, 0];
  }

  add(other: Histogram): void {
    for (let index = 0; index < size; index++) {
      this.#counts[index] = (this.#counts[index] as number) + (other.#counts[index] as number);
    }
    this.#count += other.#count;
    this.#impossible += other.#impossible;
    this.#units += other.#units;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /**
   * The upper edge of the bucket that holds the sample of that rank, never above the maximum: at most 0.1 % too high,
   * never too low. NaN without samples.
   */
  percentile(percent: number): number {
    if (this.#count === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#count - 1e-9));
    let seen = 0;
    // What the last bucket holds may lie anywhere above it: then only the maximum is sure not to be too low.
    for (let index = 0; index < size - 1; index++) {
      seen += this.#counts[index] as number;
      if (seen >= rank) return Math.max(this.#min, Math.min(this.#max, lowerEdge(index + 1)));
    }
    return this.#max;
  }

  /** What a record says of it: percentiles only where there are samples enough for them to exist. */
  summarise(): HistogramMetric | undefined {
    if (this.#count === 0) return undefined;
    return {
      unit: 'ms',
      count: this.#count,
      avg: this.avg,
      min: this.#min,
      p50: this.percentile(50),
      ...(this.#count >= 30 ? { p90: this.percentile(90) } : {}),
      ...(this.#count >= 60 ? { p95: this.percentile(95) } : {}),
      ...(this.#count >= 300 ? { p99: this.percentile(99) } : {}),
      ...(this.#count >= 10_000 ? { p999: this.percentile(99.9) } : {}),
      max: this.#max,
    };
  }

  store(): StoredHistogram {
    const buckets: [number, number, number][] = [];
    for (let index = 0; index < size; index++) {
      const count = this.#counts[index] as number;
      if (count === 0) continue;
      const upper = index === size - 1 ? Math.max(lowerEdge(size), this.#max) : lowerEdge(index + 1);
      buckets.push([lowerEdge(index), upper, count]);
    }
    return { unit: 'ms', buckets, count: this.#count, sum: this.sum, min: this.#min, max: this.#max };
  }
}
