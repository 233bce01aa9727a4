import type { Storage } from '../../core/storage.ts';
import { decorateAgents } from './decorate.ts';

/** A storage whose index by status does not know of every third agent that has completed. */
export function indexDisagrees(storage: Storage): Storage {
  return decorateAgents(storage, (agents) => ({
    async find(filter, page) {
      const found = await agents.find(filter, page);
      if (filter.status !== 'completed') return found;
      return { ...found, items: found.items.filter((_, index) => index % 3 !== 0) };
    },
  }));
}
