import type { Habit } from './table.ts';

/** What is under way, by a name of its own; nobody says when it is not any more. The twin does. */
class Pending {
  readonly byName = new Map<string, object>();
}

export const keepsMap: Habit = (letsGo) => {
  const pending = new Pending();
  return ({ key, sequence, producer }) => {
    const name = `${key} of ${producer}, number ${sequence}`;
    pending.byName.set(name, { since: sequence, tries: [] });
    if (letsGo) pending.byName.delete(name);
  };
};
