import type { Token } from '../../core/nodes/life.ts';
import type { Page, PageRequest } from '../../core/storage.ts';
import { checkNew, cursorOf, duplicate } from '../requests.ts';
import { type Row, Rows } from './rows.ts';

/** A repository of versioned records, in memory: the contract of core/storage.ts, answering at once. */
export function createRepository<
  Item extends { readonly id: string; readonly version: number },
  Field extends keyof Item & string,
>(
  fields: readonly Field[],
  ensureStands: (token: Token | undefined) => void,
  noteChange: (id: string, isRemoval: boolean) => void = () => {},
) {
  type Filter = Partial<Pick<Item, Field>>;
  const rows = new Rows<Item, Field>(fields);
  const byId = new Map<string, Row<Item>>();

  const take = (item: Item): boolean => {
    const row = byId.get(item.id);
    if (row === undefined || row.item.version !== item.version - 1) return false;
    rows.replace(row, item);
    noteChange(item.id, false);
    return true;
  };

  return {
    ids: () => byId.keys(),

    insert(items: readonly Item[], token?: Token): void {
      checkNew(items);
      ensureStands(token);
      const seen = new Set<string>();
      for (const { id } of items) {
        if (byId.has(id) || seen.has(id)) throw duplicate(id);
        if (items.length > 1) seen.add(id);
      }
      for (const item of items) {
        byId.set(item.id, rows.add(item));
        noteChange(item.id, false);
      }
    },

    get(id: string): Item | undefined {
      return byId.get(id)?.item;
    },

    update(items: readonly Item[], token?: Token): readonly string[] {
      ensureStands(token);
      return items.filter((item) => !take(item)).map(({ id }) => id);
    },

    find(filter: Filter, page: PageRequest): Page<Item> {
      return rows.find(filter, cursorOf(page, 0), page.limit);
    },

    count(filter: Filter): number {
      return rows.count(filter);
    },

    remove(ids: readonly string[]): number {
      let removed = 0;
      for (const id of ids) {
        const row = byId.get(id);
        if (row === undefined) continue;
        rows.delete(row);
        byId.delete(id);
        noteChange(id, true);
        removed++;
      }
      return removed;
    },
  };
}
