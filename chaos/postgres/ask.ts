import type { Client } from 'pg';
import type { ServerTarget, Target } from '../target.ts';

/** How we call ourselves, so that we can tell ourselves from the system under test. */
export const ourName = 'testbed-fault';

/** A connection for a fault alone, open. */
export async function connectPostgres({ address }: Pick<ServerTarget, 'address'>): Promise<Client> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: address.url,
    application_name: ourName,
    connectionTimeoutMillis: 2000,
  });
  // A connection that breaks while nobody asks is noticed by who asks next.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Asks a Postgres over a connection that is there for this alone. */
export async function askPostgres<T>(
  server: Pick<ServerTarget, 'address'>,
  ask: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await connectPostgres(server);
  try {
    return await ask(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether it answers a query. */
export function answers(server: ServerTarget): Promise<boolean> {
  return askPostgres(server, async (client) => (await client.query('SELECT 1')).rowCount === 1).catch(
    () => false,
  );
}

/** Whether it answers, and nothing of a fault is connected to it any more. */
export function isLeftAlone(server: ServerTarget): Promise<boolean> {
  return askPostgres(server, async (client) => {
    const { rowCount } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = '${ourName}' AND pid <> pg_backend_pid()`,
    );
    return rowCount === 0;
  }).catch(() => false);
}

/** The backends of everybody else's connections. */
export async function othersOf(client: Client): Promise<readonly number[]> {
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> '${ourName}' ORDER BY pid`,
  );
  return rows.map(({ pid }) => pid);
}

export function postgresOf(target: Target): ServerTarget {
  if (target.kind === 'server' && target.technology === 'postgres') return target.server;
  throw new TypeError(`a fault of Postgres was given ${target.kind}`);
}
