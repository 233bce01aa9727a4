import type { Habit } from './table.ts';

/** Each step remembers how to undo itself and all before it. The twin forgets what was before. */
export const keepsClosures: Habit = (letsGo) => {
  let undo: () => unknown = () => null;
  return ({ key, sequence }) => {
    const before = letsGo ? null : undo;
    const step = [key, sequence];
    undo = () => ({ step, before });
  };
};
