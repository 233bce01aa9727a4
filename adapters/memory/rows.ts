import type { Cursor, Page } from '../../core/storage.ts';
import { Postings } from './postings.ts';

/** A stored item: where it came in, which never changes, and what it is now. */
export interface Row<Item> {
  readonly place: number;
  item: Item;
}

/**
 * Items in the order they were added, and by the values of the fields named. Pages go by that order and an item keeps
 * its place whatever changes, so nothing is skipped or shown twice while items come and go.
 */
export class Rows<Item extends object, Field extends keyof Item & string> {
  readonly #all = new Postings<Row<Item>>();
  readonly #indexes: readonly {
    readonly field: Field;
    readonly byValue: Map<unknown, Postings<Row<Item>>>;
  }[];
  #lastPlace = 0;

  constructor(fields: readonly Field[]) {
    this.#indexes = fields.map((field) => ({ field, byValue: new Map() }));
  }

  get size(): number {
    return this.#all.size;
  }

  add(item: Item): Row<Item> {
    const row = { place: ++this.#lastPlace, item };
    this.#all.add(row);
    for (const { field, byValue } of this.#indexes) enter(byValue, item[field], row);
    return row;
  }

  replace(row: Row<Item>, item: Item): void {
    const before = row.item;
    for (const { field, byValue } of this.#indexes) {
      if (before[field] === item[field]) continue;
      leave(byValue, before[field], row);
      enter(byValue, item[field], row);
    }
    row.item = item;
  }

  delete(row: Row<Item>): void {
    this.#all.delete(row);
    for (const { field, byValue } of this.#indexes) leave(byValue, row.item[field], row);
  }

  /** The row added before all others still there; there is one. */
  oldest(): Row<Item> {
    return this.#all.first();
  }

  find(filter: Partial<Pick<Item, Field>>, afterPlace: number, limit: number): Page<Item> {
    const rows = this.#narrowest(filter);
    if (rows === undefined) return { items: [] };
    const items: Item[] = [];
    let lastPlace = afterPlace;
    for (const row of rows.after(afterPlace)) {
      if (!matches(row.item, filter)) continue;
      if (items.length === limit) return { items, next: String(lastPlace) satisfies Cursor };
      items.push(row.item);
      lastPlace = row.place;
    }
    return { items };
  }

  count(filter: Partial<Pick<Item, Field>>): number {
    const rows = this.#narrowest(filter);
    if (rows === undefined || Object.keys(filter).length <= 1) return rows?.size ?? 0;
    let count = 0;
    for (const row of rows.after(0)) if (matches(row.item, filter)) count++;
    return count;
  }

  /** The smallest set that holds all that match; undefined when nothing does. */
  #narrowest(filter: Partial<Pick<Item, Field>>): Postings<Row<Item>> | undefined {
    let narrowest: Postings<Row<Item>> | undefined = this.#all;
    for (const { field, byValue } of this.#indexes) {
      if (filter[field] === undefined) continue;
      const rows = byValue.get(filter[field]);
      if (rows === undefined) return undefined;
      if (rows.size < narrowest.size) narrowest = rows;
    }
    return narrowest;
  }
}

function enter<Item>(byValue: Map<unknown, Postings<Row<Item>>>, value: unknown, row: Row<Item>): void {
  if (value === null) return;
  let rows = byValue.get(value);
  if (rows === undefined) {
    rows = new Postings();
    byValue.set(value, rows);
  }
  rows.add(row);
}

function leave<Item>(byValue: Map<unknown, Postings<Row<Item>>>, value: unknown, row: Row<Item>): void {
  const rows = byValue.get(value);
  if (rows === undefined) return;
  rows.delete(row);
  if (rows.size === 0) byValue.delete(value);
}

function matches<Item extends object>(item: Item, filter: Partial<Item>): boolean {
  for (const name in filter) {
    if (filter[name] !== undefined && item[name] !== filter[name]) return false;
  }
  return true;
}
