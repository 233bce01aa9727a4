import type { Storage } from '../../core/storage.ts';
import { decorateAgents, everyNth } from './decorate.ts';

/** A storage that says it stored every agent's change, and loses every `every`-th agent that comes to run. */
export function forgets(storage: Storage, every = 5): Storage {
  const lost = everyNth(every);
  return decorateAgents(storage, (agents) => ({
    async update(items) {
      const conflicts = await agents.update(items);
      const forgotten = items.filter(
        ({ status, version }) => status === 'running' && version === 2 && lost(),
      );
      await agents.remove(forgotten.map(({ id }) => id));
      return conflicts;
    },
  }));
}
