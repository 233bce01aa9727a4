import type { Storage } from '../../core/storage.ts';
import { decorateAgents, everyNth } from './decorate.ts';

/** A storage that, of every `every`-th change, says that somebody else was faster, when nobody was. */
export function refusesFreshVersions(storage: Storage, every = 10): Storage {
  const refuses = everyNth(every);
  return decorateAgents(storage, (agents) => ({
    async update(items) {
      const taken = items.filter(() => !refuses());
      const refused = items.filter((item) => !taken.includes(item)).map(({ id }) => id);
      return [...(await agents.update(taken)), ...refused];
    },
  }));
}
