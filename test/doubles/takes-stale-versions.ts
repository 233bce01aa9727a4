import type { Storage } from '../../core/storage.ts';
import { decorateAgents } from './decorate.ts';

/**
 * A storage whose compare-and-set does not compare: a change that was made on a version which is not there any more is
 * written over what is, and called stored.
 */
export function takesStaleVersions(storage: Storage): Storage {
  return decorateAgents(storage, (agents) => ({
    async update(items) {
      const stale = new Set(await agents.update(items));
      const gone: string[] = [];
      for (const item of items.filter(({ id }) => stale.has(id))) {
        const stored = await agents.get(item.id);
        if (stored === undefined) gone.push(item.id);
        else await agents.update([{ ...item, version: stored.version + 1 }]);
      }
      return gone;
    },
  }));
}
