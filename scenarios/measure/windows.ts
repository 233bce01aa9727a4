import type { Series } from '../../reports/record.ts';

/** Windows kept at most; when a run is longer, neighbours merge and a window covers twice the time. */
const windowLimit = 4096;

/** Windows on their way to another process. */
export interface WindowsPart {
  readonly windowMs: number;
  readonly used: number;
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/**
 * Sums per 100 ms window of the measured time. Amounts are added by the time they happened; a column's meaning is
 * its owner's. Constant memory: a long run gets wider windows, never more of them.
 */
export class Windows {
  readonly #startMs: number;
  readonly #columns = new Map<string, Float64Array>();
  #windowMs: number;
  #used = 0;

  constructor(startMs: number, windowMs = 100) {
    this.#startMs = startMs;
    this.#windowMs = windowMs;
  }

  get windowMs(): number {
    return this.#windowMs;
  }

  add(column: string, atMs: number, amount: number): void {
    // NaN, from a message damaged on its way, must not spoil what the window holds.
    if (!(atMs >= this.#startMs) || Number.isNaN(amount)) return;
    let index = Math.floor((atMs - this.#startMs) / this.#windowMs);
    while (index >= windowLimit) {
      this.#widen();
      index = Math.floor((atMs - this.#startMs) / this.#windowMs);
    }
    if (index >= this.#used) this.#used = index + 1;
    const values = this.#column(column);
    values[index] = (values[index] as number) + amount;
  }

  #column(name: string): Float64Array {
    let values = this.#columns.get(name);
    if (values === undefined) {
      values = new Float64Array(windowLimit);
      this.#columns.set(name, values);
    }
    return values;
  }

  part(): WindowsPart {
    const columns = new Map([...this.#columns].map(([name, values]) => [name, values.slice(0, this.#used)]));
    return { windowMs: this.#windowMs, used: this.#used, columns };
  }

  /** Windows of so many ms at least, so that they stand beside those of others. */
  widenTo(windowMs: number): void {
    while (this.#windowMs < windowMs) this.#widen();
  }

  /** Adds what was counted elsewhere from the same moment on. */
  addPart({ windowMs, used, columns }: WindowsPart): void {
    this.widenTo(windowMs);
    const each = this.#windowMs / windowMs;
    for (const [name, theirs] of columns) {
      const values = this.#column(name);
      for (let from = 0; from < used; from++) {
        const index = Math.floor(from / each);
        values[index] = (values[index] as number) + (theirs[from] as number);
      }
    }
    this.#used = Math.max(this.#used, Math.ceil(used / each));
  }

  clear(): void {
    for (const values of this.#columns.values()) values.fill(0);
    this.#used = 0;
  }

  /** The sum of a column so far. */
  total(column: string): number {
    let sum = 0;
    const values = this.#columns.get(column);
    if (values !== undefined) for (let index = 0; index < this.#used; index++) sum += values[index] as number;
    return sum;
  }

  #widen(): void {
    for (const values of this.#columns.values()) {
      for (let index = 0; index < windowLimit / 2; index++) {
        values[index] = (values[2 * index] as number) + (values[2 * index + 1] as number);
      }
      values.fill(0, windowLimit / 2);
    }
    this.#windowMs *= 2;
    this.#used = Math.ceil(this.#used / 2);
  }

  #values(column: string, until: number): number[] {
    const values = this.#columns.get(column);
    return Array.from({ length: until }, (_, index) => values?.[index] ?? 0);
  }

  /** Per-second rates of a column, for `forMs` of measured time. */
  rate(column: string, forMs: number): Series {
    const seconds = this.#windowMs / 1000;
    const until = Math.floor(forMs / this.#windowMs);
    return {
      unit: '1/s',
      windowMs: this.#windowMs,
      values: this.#values(column, until).map((sum) => round(sum / seconds)),
    };
  }

  /** Window averages: one column's sum over another's; null where the divisor is 0. */
  average(sumColumn: string, countColumn: string, unit: string, forMs: number): Series {
    const until = Math.floor(forMs / this.#windowMs);
    const counts = this.#values(countColumn, until);
    const values = this.#values(sumColumn, until).map((sum, index) =>
      counts[index] === 0 ? null : round(sum / (counts[index] as number)),
    );
    return { unit, windowMs: this.#windowMs, values };
  }
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
