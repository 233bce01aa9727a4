import type { Storage } from '../../core/storage.ts';
import { decorateAgents } from './decorate.ts';

/** A storage whose compare-and-set is right one at a time: of two changes at once it says that both were stored. */
export function liesUnderConcurrency(storage: Storage): Storage {
  const busy = new Map<string, number>();
  const count = (id: string, by: number): void => void busy.set(id, (busy.get(id) ?? 0) + by);
  return decorateAgents(storage, (agents) => ({
    async update(items) {
      const racing = new Set(items.map(({ id }) => id).filter((id) => (busy.get(id) ?? 0) > 0));
      for (const { id } of items) count(id, 1);
      try {
        const conflicts = await agents.update(items);
        return conflicts.filter((id) => !racing.has(id));
      } finally {
        for (const { id } of items) count(id, -1);
      }
    },
  }));
}
