import type { Message } from '../../core/message.ts';
import type { Page, PageRequest } from '../../core/storage.ts';
import { cursorOf } from '../requests.ts';
import { Rows } from './rows.ts';

/** Stored events, in memory: the contract of core/storage.ts, answering at once. */
export function createEvents() {
  const rows = new Rows<Message, 'key'>(['key']);
  return {
    append(events: readonly Message[]): void {
      for (const event of events) rows.add(event);
    },

    read(filter: { readonly key?: string }, page: PageRequest): Page<Message> {
      return rows.find(filter, cursorOf(page, 0), page.limit);
    },

    count(): number {
      return rows.size;
    },

    prune(keep: number): number {
      const excess = Math.max(0, rows.size - Math.max(0, keep));
      for (let removed = 0; removed < excess; removed++) rows.delete(rows.oldest());
      return excess;
    },
  };
}
