import { createRandom } from '../../core/random.ts';

/** Of a list, some that the day draws: over the days all of them are replayed, and on one day everybody replays the same. */
export function sampleOf<T>(all: readonly T[], count: number, day: string): readonly T[] {
  const random = createRandom(Number(day.replaceAll('-', '')));
  const left = [...all];
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const [drawn] = left.splice(random.integer(0, left.length - 1), 1);
    return drawn as T;
  });
}

/** `2026-01-31`. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
