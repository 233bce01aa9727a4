import { TestbedError } from '../../../core/error.ts';
import type { Page, PageRequest, Repository } from '../../../core/storage.ts';
import { checkNew, cursorOf, duplicate, fenced } from '../../requests.ts';
import type { Argument, Link } from '../link.ts';
import { checkSize } from '../payload.ts';
import { Gather } from './gather.ts';
import { indexName, type RecordNames } from './names.ts';
import { find, insert, remove, update } from './record-scripts.ts';

/** In one call, where a call need not be all or nothing: no script holds the server up for long. */
const bounds = { inputs: 1_000, characters: 8 * 1024 * 1024 };
/** Places looked at in one call, for records that two conditions hold for. */
const placesAtATime = 10_000;

interface Versioned {
  readonly id: string;
  readonly version: number;
}

/**
 * Versioned records in hashes, with a sorted set for each value that they can be found by, changed with them in one
 * script. `standing`: the key of the tokens with which may be written.
 */
export function createRecords<Item extends Versioned, Field extends keyof Item & string>(
  link: Link,
  names: RecordNames,
  fields: readonly Field[],
  standing: string,
): Repository<Item, Partial<Record<Field, string>>> {
  type Filter = Partial<Record<Field, string>>;
  const { rows, heads, all, last, index, changes, changed, removed, forgotten } = names;
  const noted = [changes, changed, removed, forgotten];
  const described: Argument[] = [index, fields.join(',')];
  // The scripts read this, with a decoder that refuses half a surrogate pair.
  const valuesOf = (item: Item): string =>
    JSON.stringify(fields.map((field) => (item[field] as string | null)?.toWellFormed() ?? null));
  const setsOf = (filter: Filter): string[] => {
    const sets = fields
      .filter((field) => filter[field] !== undefined)
      .map((field) => indexName(names, field, filter[field] as string));
    return sets.length === 0 ? [all] : sets;
  };

  const gets = new Gather<string, Item | undefined>(bounds, async (ids) => {
    const found = (await link.call('read', 'HMGET', [rows, ...ids])) as (string | null)[];
    return found.map((row) => (row === null ? undefined : parse<Item>(row)));
  });

  const updates = new Gather<readonly Argument[], 'stored' | 'refused' | 'fenced'>(bounds, async (items) => {
    const keys = [rows, heads, ...noted, standing];
    const answer = await link.run('write', update, keys, [...described, ...items.flat()]);
    const refused = new Set(answer as number[]);
    return items.map((_, position) => {
      if (refused.has(-position - 1)) return 'fenced';
      return refused.has(position + 1) ? 'refused' : 'stored';
    });
  });

  return {
    async insert(items, token) {
      if (items.length === 0) return;
      checkNew(items);
      const parameters = items.flatMap((item) => [item.id, valuesOf(item), encode(item)]);
      const existing = await link.run(
        'write',
        insert,
        [rows, heads, all, last, ...noted, standing],
        [...described, token ?? '', ...parameters],
      );
      if (existing === 0 && token !== undefined) throw fenced(token);
      if (existing !== null) throw duplicate(String(existing));
    },

    get: (id) => gets.add(id, id.length),

    async update(items, token) {
      const encoded = items.map((item) => [item, encode(item)] as const);
      const outcomes = await Promise.all(
        encoded.map(([item, row]) =>
          updates.add([item.id, item.version, valuesOf(item), row, token ?? ''], row.length),
        ),
      );
      if (token !== undefined && outcomes.includes('fenced')) throw fenced(token);
      return items.filter((_, position) => outcomes[position] === 'refused').map(({ id }) => id);
    },

    find: (filter, page) => findPage<Item>(link, rows, setsOf(filter), page),

    async count(filter) {
      const sets = setsOf(filter);
      if (sets.length === 1) return Number(await link.call('read', 'ZCARD', sets));
      return Number(await link.call('read', 'ZINTERCARD', [sets.length, ...sets]));
    },

    async remove(ids) {
      let count = 0;
      for (let from = 0; from < ids.length; from += bounds.inputs) {
        const some = ids.slice(from, from + bounds.inputs);
        count += Number(
          await link.run('write', remove, [rows, heads, all, ...noted], [...described, ...some]),
        );
      }
      return count;
    },
  };
}

/**
 * A page full but for the last. With several conditions that takes as many calls as it takes to find enough, or one
 * too many.
 */
async function findPage<Item>(
  link: Link,
  rows: string,
  sets: readonly string[],
  page: PageRequest,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let after = String(cursorOf(page, 0));
  let next = after;
  for (;;) {
    const wanted = page.limit - items.length;
    const answer = await link.run('read', find, [rows, ...sets], [after, Math.max(wanted, 1), placesAtATime]);
    const [reached, isEnd, found] = answer as [string, number, string[]];
    if (wanted === 0 && found.length > 0) return { items, next };
    for (const row of found) items.push(parse<Item>(row));
    if (isEnd === 1) return { items };
    after = reached;
    if (wanted > 0) next = reached;
    if (items.length === page.limit && sets.length === 1) return { items, next };
  }
}

function encode(item: unknown): string {
  const row = JSON.stringify(item);
  checkSize('a record', row);
  return row;
}

export function parse<Item>(row: string): Item {
  try {
    return JSON.parse(row) as Item;
  } catch (cause) {
    throw new TestbedError('CORRUPT', `a stored record is no JSON: ${row.slice(0, 60)}`, { cause });
  }
}
