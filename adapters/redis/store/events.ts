import type { Message } from '../../../core/message.ts';
import type { EventRepository, Page, PageRequest } from '../../../core/storage.ts';
import { cursorOf } from '../../requests.ts';
import type { Argument, Link } from '../link.ts';
import { pack, unpack } from '../pack.ts';
import { checkPayloads } from '../pack-size.ts';
import { append, prune, read } from './event-scripts.ts';
import { Gather } from './gather.ts';
import type { EventNames } from './names.ts';

/** Events in one entry. Reading one key's events reads the entries that they are in. */
const entryEvents = 100;
/** Entries in one call. */
const entriesAtATime = 50;
const bounds = { inputs: 1_000, characters: 8 * 1024 * 1024 };

/** Stored events: a stream of packs, and for each key a sorted set of the entries in which it appears. */
export function createEvents(link: Link, { stream, state, key: keyPrefix }: EventNames): EventRepository {
  const appends = new Gather<readonly Message[], void>(bounds, async (batches) => {
    const events = batches.flat();
    const parameters: Argument[] = [keyPrefix];
    for (let from = 0; from < events.length; from += entryEvents) {
      const part = events.slice(from, from + entryEvents);
      const keys = new Set(part.map(({ key }) => key.toWellFormed()));
      parameters.push(part.length, pack(part), JSON.stringify([...keys]));
    }
    await link.run('write', append, [stream, state], parameters);
    return [];
  });

  return {
    async append(events) {
      if (events.length === 0) return;
      checkPayloads(events);
      await appends.add(events, roughly(events));
    },

    read: ({ key }, page) => readPage(link, { stream, state, key: keyPrefix }, key, page),

    async count() {
      const [last, pruned] = (await link.call('read', 'HMGET', [state, 'last', 'pruned'])) as (
        | string
        | null
      )[];
      return Number(last ?? 0) - Number(pruned ?? 0);
    },

    async prune(keep) {
      let removed = 0;
      for (let isMore = 1; isMore === 1; ) {
        const parameters = [keyPrefix, Math.max(0, keep), entriesAtATime];
        const answer = await link.run('write', prune, [stream, state], parameters);
        const [gone, more] = answer as [number, number];
        removed += gone;
        isMore = more;
      }
      return removed;
    },
  };
}

/** The cursor is how many events were stored up to and with the last that was shown. */
async function readPage(
  link: Link,
  { stream, state, key: keyPrefix }: EventNames,
  key: string | undefined,
  page: PageRequest,
): Promise<Page<Message>> {
  const items: Message[] = [];
  const keys = key === undefined ? [stream, state] : [stream, state, `${keyPrefix}${key.toWellFormed()}`];
  const shown = cursorOf(page, 0);
  let last = shown;
  for (let after = shown; ; ) {
    const answer = await link.run('read', read, keys, [after, entriesAtATime]);
    const [pruned, ...entries] = answer as string[];
    const from = Math.max(shown, Number(pruned));
    for (let index = 0; index < entries.length; index += 3) {
      const end = Number.parseInt(entries[index] as string, 10);
      const events = unpack(entries[index + 2] as string);
      after = end;
      for (const [position, event] of events.entries()) {
        const place = end - events.length + position + 1;
        if (place <= from || (key !== undefined && event.key !== key)) continue;
        if (items.length === page.limit) return { items, next: String(last) };
        items.push(event);
        last = place;
      }
    }
    if (entries.length < entriesAtATime * 3) return { items };
  }
}

function roughly(events: readonly Message[]): number {
  return events.reduce((sum, { data }) => sum + (typeof data === 'string' ? data.length : 200) + 50, 0);
}
