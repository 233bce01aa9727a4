import { TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Page, PageRequest } from '../../core/storage.ts';
import { cursorOf } from '../requests.ts';
import { arrayOf } from './arrays.ts';
import type { Row, Statement } from './call.ts';
import type { CopyStatement } from './copy.ts';
import { type CopyColumn, copyRows } from './copy-rows.ts';
import { Line } from './line.ts';
import { decodePayload, encodePayload } from './payload.ts';
import type { Pool } from './pool.ts';
import { pageOf } from './repository.ts';
import type { Schema } from './schema.ts';

/** Rows of one statement. */
const appendLimit = 5_000;
/** From so many rows on, COPY makes up for what it takes to begin. */
const copyFrom = 100;
/** The second number of the advisory lock under which events get their `seq`. */
const appendLock = 1;

/** An append that waits for its turn. */
interface Append {
  readonly events: readonly Message[];
  /** Encoded already, while the server may still be busy with what came before: one that is large enough by itself. */
  readonly rows: Buffer | null;
}

const columns: readonly CopyColumn<Message>[] = [
  { name: 'key', type: 'text', read: ({ key }) => key },
  { name: 'type', type: 'text', read: ({ type }) => type },
  { name: 'swarm_id', type: 'text', read: ({ swarmId }) => swarmId },
  { name: 'producer', type: 'int8', read: ({ producer }) => producer },
  { name: 'sequence', type: 'int8', read: ({ sequence }) => sequence },
  { name: 'at', type: 'float8', read: ({ at }) => at },
  { name: 'sent_at', type: 'float8', read: ({ sentAt }) => sentAt },
  { name: 'data', type: 'text', read: ({ data }) => encodePayload(data) },
];
const columnNames = columns.map(({ name }) => name).join(', ');

/** Events kept for history and audit, a row each. */
export function createEvents(pool: Pool, schema: Schema) {
  const sql = statements(schema);
  const copy = copyStatement(schema);
  const appends = new Line<Append>(pool, {
    weight: ({ events }) => events.length,
    limit: appendLimit,
    async write(lent, requests) {
      const events = requests.flatMap((request) => request.events);
      if (events.length < copyFrom) await lent.run(sql.insert, arraysOf(events));
      else
        await lent.copy(
          copy,
          requests.map(({ events, rows }) => rows ?? copyRows(columns, events)),
        );
    },
  });

  return {
    async append(events: readonly Message[]): Promise<void> {
      if (events.length === 0) return;
      const rows = events.length < copyFrom ? null : copyRows(columns, events);
      await appends.write({ events, rows });
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

function arraysOf(events: readonly Message[]): Buffer[] {
  return columns.map(({ type, read }) => arrayOf(type, events.map(read)));
}

/**
 * `seq` is given under a lock that is held until the commit is seen, so that its order is the order in which events can be
 * read: without it, a page could show what committed first and the next page begin after what commits later.
 */
function takeTurn({ lockClass }: Schema): string {
  return `select pg_advisory_xact_lock(${lockClass}, ${appendLock})`;
}

function copyStatement(schema: Schema): CopyStatement {
  return { before: takeTurn(schema), table: `${schema.quoted}.events`, columns: columnNames };
}

function statements(schema: Schema): {
  readonly [role in 'insert' | 'read' | 'readKey' | 'count' | 'prune']: Statement;
} {
  const table = `${schema.quoted}.events`;
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ');
  const page = 'order by seq limit $2';
  return {
    insert: {
      name: 'events.insert',
      writes: true,
      text: `with turn as materialized (${takeTurn(schema)})
        insert into ${table} (${columnNames}) select new.* from turn, unnest(${arrays}) as new`,
    },
    read: {
      name: 'events.read',
      writes: false,
      text: `select seq, ${columnNames} from ${table} where seq > $1 ${page}`,
    },
    readKey: {
      name: 'events.readKey',
      writes: false,
      text: `select seq, ${columnNames} from ${table} where seq > $1 and key = $3 ${page}`,
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
