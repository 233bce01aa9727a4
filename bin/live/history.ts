import type { Series } from '../../reports/record.ts';
import type { LiveSample } from '../../scenarios/run/live.ts';

/** More looks than these are not told apart in a picture. */
const mostKept = 600;

/** The looks at the cell that is being played, from its beginning: of a long one every second, every fourth and so on. */
export class History {
  #kept: LiveSample[] = [];
  /** One of so many is kept. */
  #every = 1;
  #seen = 0;

  add(sample: LiveSample): void {
    if (this.#seen++ % this.#every !== 0) return;
    this.#kept.push(sample);
    if (this.#kept.length < mostKept) return;
    this.#kept = this.#kept.filter((_, at) => at % 2 === 0);
    this.#every *= 2;
  }

  clear(): void {
    this.#kept = [];
    this.#every = 1;
    this.#seen = 0;
  }

  get last(): LiveSample | null {
    return this.#kept.at(-1) ?? null;
  }

  /** One of their numbers, in windows as wide as looks are apart. */
  series(of: (sample: LiveSample) => number | null, unit: string): Series {
    const windowMs = (this.last?.atMs ?? 0) / Math.max(1, this.#kept.length);
    return { unit, windowMs, values: this.#kept.map(of) };
  }
}
