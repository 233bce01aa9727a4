import { TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Page, PageRequest } from '../../core/storage.ts';
import { cursorOf } from '../requests.ts';
import { arrayOf } from './arrays.ts';
import type { Row, Statement } from './call.ts';
import { Line } from './line.ts';
import { decodePayload, encodePayload } from './payload.ts';
import type { Pool } from './pool.ts';
import { pageOf } from './repository.ts';
import type { Schema } from './schema.ts';

/** Rows of one statement. */
const appendLimit = 5_000;
/** The second number of the advisory lock under which events get their `seq`. */
const appendLock = 1;

/** Events kept for history and audit, a row each. */
export function createEvents(pool: Pool, schema: Schema) {
  const sql = statements(schema);
  const appends = new Line<readonly Message[]>(pool, {
    weight: (events) => events.length,
    limit: appendLimit,
    async write(lent, requests) {
      const events = requests.length === 1 ? (requests[0] as readonly Message[]) : requests.flat();
      await lent.run(sql.append, [
        arrayOf(
          'text',
          events.map(({ key }) => key),
        ),
        arrayOf(
          'text',
          events.map(({ type }) => type),
        ),
        arrayOf(
          'text',
          events.map(({ swarmId }) => swarmId),
        ),
        arrayOf(
          'int8',
          events.map(({ producer }) => producer),
        ),
        arrayOf(
          'int8',
          events.map(({ sequence }) => sequence),
        ),
        arrayOf(
          'float8',
          events.map(({ at }) => at),
        ),
        arrayOf(
          'float8',
          events.map(({ sentAt }) => sentAt),
        ),
        arrayOf(
          'text',
          events.map(({ data }) => encodePayload(data)),
        ),
      ]);
    },
  });

  return {
    async append(events: readonly Message[]): Promise<void> {
      if (events.length > 0) await appends.write(events);
    },

    async read({ key }: { readonly key?: string }, page: PageRequest): Promise<Page<Message>> {
      const bounds = [String(cursorOf(page, 0)), String(page.limit + 1)];
      const { rows } = await (key === undefined
        ? pool.run(sql.read, bounds)
        : pool.run(sql.readKey, [...bounds, key]));
      return pageOf(rows, page.limit, messageOf);
    },

    async count(): Promise<number> {
      return Number((await pool.run(sql.count, [])).rows[0]?.[0]);
    },

    async prune(keep: number): Promise<number> {
      if (!Number.isSafeInteger(keep) || keep < 0) {
        throw new TestbedError('INVALID_ARGUMENT', `a whole number of events can be kept, not ${keep}`);
      }
      return (await pool.run(sql.prune, [String(keep)])).count;
    },
  };
}

/**
 * `seq` is given under a lock that is held until the commit is seen, so that its order is the order in which events can be
 * read: without it, a page could show what committed first and the next page begin after what commits later.
 */
function statements({ quoted, lockClass }: Schema): {
  readonly [role in 'append' | 'read' | 'readKey' | 'count' | 'prune']: Statement;
} {
  const table = `${quoted}.events`;
  const columns = 'key, type, swarm_id, producer, sequence, at, sent_at, data';
  const rows =
    '$1::text[], $2::text[], $3::text[], $4::int8[], $5::int8[], $6::float8[], $7::float8[], $8::text[]';
  const page = 'order by seq limit $2';
  return {
    append: {
      name: 'events.append',
      writes: true,
      text: `with turn as materialized (select pg_advisory_xact_lock(${lockClass}, ${appendLock}))
        insert into ${table} (${columns}) select new.* from turn, unnest(${rows}) as new`,
    },
    read: {
      name: 'events.read',
      writes: false,
      text: `select seq, ${columns} from ${table} where seq > $1 ${page}`,
    },
    readKey: {
      name: 'events.readKey',
      writes: false,
      text: `select seq, ${columns} from ${table} where seq > $1 and key = $3 ${page}`,
    },
    count: { name: 'events.count', writes: false, text: `select count(*) from ${table}` },
    prune: {
      name: 'events.prune',
      writes: true,
      text: `delete from ${table} where seq <= (select seq from ${table} order by seq desc offset $1 limit 1)`,
    },
  };
}

function messageOf([, key, type, swarmId, producer, sequence, at, sentAt, data]: Row): Message {
  return {
    key: key as string,
    type: type as string,
    swarmId: swarmId as string,
    producer: Number(producer),
    sequence: Number(sequence),
    at: Number(at),
    sentAt: Number(sentAt),
    data: decodePayload(data as string),
  };
}
