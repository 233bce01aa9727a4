import type { RunRecord } from '../../reports/record.ts';
import { Windows } from '../measure/windows.ts';

/** What is looked at now and then, by the metric that it is told as in the end, and its unit. */
const units = { consumer_lag: 'count', rss_mb: 'MB', event_loop_delay_ms: 'ms' } as const;

export type Level = keyof typeof units;

/** How what does not add up went over the measured time: of the looks in each window their average. */
export class Levels {
  readonly #windows: Windows;
  readonly #last = new Map<Level, number>();

  constructor(startMs: number) {
    this.#windows = new Windows(startMs);
  }

  note(level: Level, atMs: number, value: number): void {
    this.#windows.add(level, atMs, value);
    this.#windows.add(looksAt(level), atMs, 1);
    this.#last.set(level, value);
  }

  /** What the last look saw; null before the first. */
  last(level: Level): number | null {
    return this.#last.get(level) ?? null;
  }

  /** In windows of the same times as those of `beside`, which may become wider by it. */
  series(beside: Windows, forMs: number): RunRecord['series'] {
    beside.widenTo(this.#windows.windowMs);
    this.#windows.widenTo(beside.windowMs);
    const names = Object.keys(units) as Level[];
    return Object.fromEntries(
      names.map((level) => [level, this.#windows.average(level, looksAt(level), units[level], forMs)]),
    );
  }
}

const looksAt = (level: Level): string => `looks at ${level}`;
