import type { Habit } from './table.ts';

/** A cache that is full after so many events, each with 300 bytes and more. The twin is full at once. */
export const fillsCache: Habit = (letsGo) => {
  const most = letsGo ? 10 : 1000;
  const cache = new Map<number, object>();
  let count = 0;
  return ({ key, sequence }) => {
    cache.set(count++ % most, { key, answer: Array.from({ length: 30 }, (_, at) => at + sequence) });
  };
};
