/** The memory storage, broken in what it tells of changes. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StorageAdapter } from '../../../adapters/adapter.ts';
import { memoryStorage } from '../../../adapters/memory/index.ts';
import type { Agent } from '../../../core/agent.ts';
import { isTestbedError } from '../../../core/error.ts';
import type { ChangeLog } from '../../../core/storage.ts';
import { withPort } from './broken.ts';

const changing = (change: (changes: ChangeLog) => ChangeLog['since']): StorageAdapter =>
  withPort(memoryStorage, (storage) => ({
    ...storage,
    changes: { since: change(storage.changes as ChangeLog) },
  }));

/** A change has its number when it is asked for, and is stored a moment later: "number > last" passes over it. */
const numbersBeforeItStores: StorageAdapter = withPort(memoryStorage, (storage) => {
  const { agents } = storage;
  const log: { readonly number: number; readonly id: string }[] = [];
  let last = 0;
  const stored = async <T>(ids: readonly string[], store: () => Promise<T>): Promise<T> => {
    const numbers = ids.map(() => ++last);
    for (let turns = last % 5; turns > 0; turns--) await nextTurn();
    const result = await store();
    for (const [index, id] of ids.entries()) log.push({ number: numbers[index] as number, id });
    return result;
  };
  const idsOf = (items: readonly Agent[]): string[] => items.map(({ id }) => id);
  return {
    ...storage,
    agents: {
      ...agents,
      insert: (items) => stored(idsOf(items), () => agents.insert(items)),
      update: (items) => stored(idsOf(items), () => agents.update(items)),
      remove: (ids) => stored(ids, () => agents.remove(ids)),
    },
    changes: {
      async since({ after = '0', limit }) {
        const news = log.filter(({ number }) => number > Number(after)).sort((a, b) => a.number - b.number);
        const shown = news.slice(0, limit);
        const found = await Promise.all(shown.map(async ({ id }) => [id, await agents.get(id)] as const));
        return {
          changed: found.flatMap(([, agent]) => agent ?? []),
          removed: found.filter(([, agent]) => agent === undefined).map(([id]) => id),
          next: String(shown.at(-1)?.number ?? after),
          more: news.length > limit,
        };
      },
    },
  };
});

export const brokenChanges: { readonly [flaw: string]: () => StorageAdapter } = {
  'tells everything every time': () =>
    changing((changes) => async ({ after, limit }) => {
      const told = await changes.since({ limit, ...(after !== undefined && { after }) });
      return told.more ? told : { ...told, next: (await changes.since({ limit: 1 })).next };
    }),
  'never tells of removals': () =>
    changing((changes) => async (page) => ({ ...(await changes.since(page)), removed: [] })),
  'numbers changes before it stores them': () => numbersBeforeItStores,
  'begins again at a cursor it does not know': () =>
    changing((changes) => async (page) => {
      try {
        return await changes.since(page);
      } catch (error) {
        if (!isTestbedError(error, 'INVALID_ARGUMENT')) throw error;
        return changes.since({ limit: 1 });
      }
    }),
};
