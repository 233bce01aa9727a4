import type { Message } from '../../core/message.ts';
import type { Page, PageRequest } from '../../core/storage.ts';
import { cursorOf } from '../requests.ts';
import type { Store } from './database.ts';
import { messageColumns, pushMessage, toMessage } from './encode.ts';
import { createInsert } from './insert.ts';
import { patiently } from './patience.ts';
import type { Writer } from './writer.ts';

/** Rows indexed or removed in one transaction: what one turn of the event loop is given up for. */
const stepRows = 20_000;

/** Stored events on a table: the contract of core/storage.ts. */
export function createEvents({ db, file, clock, busyTimeoutMs }: Store, writer: Writer) {
  const read = <T>(action: () => T): Promise<T> => patiently(clock, busyTimeoutMs, file, action);
  const insertRows = createInsert(db, 'events', messageColumns);
  const selected = messageColumns.map((column) => `e.${column}`).join(', ');
  const pageOfAll = db
    .prepare(`SELECT e.seq, ${selected} FROM events e WHERE e.seq > ? ORDER BY e.seq LIMIT ?`)
    .raw();
  const pageOfKey = db
    .prepare(
      `SELECT e.seq, ${selected} FROM events_by_key k JOIN events e ON e.seq = k.seq
       WHERE k.key = ? AND k.seq > ? ORDER BY k.seq LIMIT ?`,
    )
    .raw();
  // Appended in order and removed from the oldest end only: there are no gaps, so two look-ups count them.
  const range = db.prepare('SELECT (SELECT min(seq) FROM events), (SELECT max(seq) FROM events)').raw();
  const indexedUpTo = db.prepare('SELECT up_to FROM events_indexed').pluck();
  const setIndexed = db.prepare('UPDATE events_indexed SET up_to = ?');
  const indexSpan = db.prepare(
    `INSERT OR IGNORE INTO events_by_key (key, seq)
     SELECT key, seq FROM events WHERE seq > ? AND seq <= ? ORDER BY key, seq`,
  );
  const unindex = db.prepare(
    'DELETE FROM events_by_key WHERE (key, seq) IN (SELECT key, seq FROM events WHERE seq <= ?)',
  );
  const removeUpTo = db.prepare('DELETE FROM events WHERE seq <= ?');

  const bounds = (): { readonly first: number; readonly last: number } | null => {
    const [first, last] = range.get() as [number | null, number | null];
    return first === null || last === null ? null : { first, last };
  };

  /** Brings the look-up by key up to what is stored now: sorted and in bulk, a fraction of the cost of one by one. */
  const index = async (): Promise<void> => {
    const target = (await read(bounds))?.last ?? 0;
    const step = (): number => {
      const from = indexedUpTo.get() as number;
      const to = Math.min(target, from + stepRows);
      if (to <= from) return from;
      indexSpan.run(from, to);
      setIndexed.run(to);
      return to;
    };
    if ((indexedUpTo.get() as number) >= target) return;
    while ((await writer.write(step)) < target);
  };

  return {
    append(events: readonly Message[]): Promise<void> {
      const values: unknown[] = [];
      for (const event of events) pushMessage(values, event);
      return writer.write(() => insertRows(values));
    },

    async read({ key }: { readonly key?: string }, page: PageRequest): Promise<Page<Message>> {
      const after = cursorOf(page, 0);
      const limit = page.limit + 1;
      if (key !== undefined) await index();
      return read(() => {
        const rows = (
          key === undefined ? pageOfAll.all(after, limit) : pageOfKey.all(key, after, limit)
        ) as unknown[][];
        const items = rows.slice(0, page.limit).map((row) => toMessage(row, 1));
        return rows.length > page.limit
          ? { items, next: String((rows[page.limit - 1] as unknown[])[0]) }
          : { items };
      });
    },

    count(): Promise<number> {
      return read(() => {
        const held = bounds();
        return held === null ? 0 : held.last - held.first + 1;
      });
    },

    async prune(keep: number): Promise<number> {
      const step = (upTo: number | null): { readonly removed: number; readonly goal: number } => {
        const held = bounds();
        if (held === null) return { removed: 0, goal: 0 };
        const goal = upTo ?? held.last - Math.max(0, keep);
        const to = Math.min(goal, held.first + stepRows - 1);
        if (to < held.first) return { removed: 0, goal };
        unindex.run(Math.min(to, indexedUpTo.get() as number));
        return { removed: removeUpTo.run(to).changes, goal };
      };
      let sum = 0;
      let goal: number | null = null;
      for (;;) {
        const done: { readonly removed: number; readonly goal: number } = await writer.write(() =>
          step(goal),
        );
        if (done.removed === 0) return sum;
        sum += done.removed;
        goal = done.goal;
      }
    },
  };
}
