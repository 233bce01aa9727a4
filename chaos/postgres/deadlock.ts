import type { Client } from 'pg';
import type { Clock } from '../../core/clock.ts';
import type { FaultKind } from '../fault.ts';
import { askPostgres, connectPostgres, isLeftAlone, postgresOf } from './ask.ts';
import { agentTables } from './lock.ts';

const lookEveryMs = 5;
/** Nobody has run into our locks by then: others are tried. */
const waitMs = 300;
/** The server counts a deadlock when its victim next has nothing to do, and at most once a second. */
const countedWithinMs = 1500;

export const postgresDeadlock: FaultKind = {
  name: 'postgres-deadlock',
  meaning:
    'Somebody locks agents, and then wants what one of their writers holds: one deadlock, and a victim.',
  targets: ['server'],
  technology: 'postgres',
  options: {},
  prepare(target, _options, { clock, random }) {
    const server = postgresOf(target);
    const stop = new AbortController();
    let client: Client | null = null;
    let before = 0;
    let trying: Promise<void> = Promise.resolve();
    return {
      undo: [],
      async inject() {
        before = await askPostgres(server, deadlocks);
        client = await connectPostgres(server);
        trying = provoke({ client, clock, stop: stop.signal }, random.next());
        // What it comes to is seen in the server's own count.
        trying.catch(() => undefined);
      },
      async heal() {
        stop.abort();
        await client?.end().catch(() => undefined);
        client = null;
        await trying.catch(() => undefined);
      },
      inForce: async () => (await askPostgres(server, deadlocks)) > before,
      healed: () => isLeftAlone(server),
    };
  },
};

interface Parts {
  readonly client: Client;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/**
 * Locks rows, waits until one writer wants some of them, and then wants the table, on which that writer has a lock of its
 * own. Who comes later waits behind us and is in nobody's circle. Again, until one deadlock has come of it.
 */
async function provoke(parts: Parts, share: number): Promise<void> {
  const { client, clock, stop } = parts;
  const before = await deadlocks(client);
  const [table] = await agentTables(client);
  if (table === undefined) return;
  // Whoever finds the deadlock is its victim: it is not to be us.
  await client.query("SET deadlock_timeout = '1min'");
  let oneIn = 1;
  for (let round = 0; !stop.aborted && (await deadlocks(client)) === before; round++) {
    await client.query('BEGIN');
    await client.query(`SELECT 1 FROM ${table} WHERE hashtext(id || $1) % $2 = 0 FOR UPDATE`, [
      `${share} ${round}`,
      oneIn,
    ]);
    await holdsWithin(waitMs, async () => (await waiters(client)) > 0, parts);
    const waiting = await waiters(client);
    if (waiting === 1) await client.query(`LOCK TABLE ${table} IN SHARE MODE`).catch(() => undefined);
    await client.query('ROLLBACK');
    // Of several each would be a victim: of fewer rows fewer are wanted.
    if (waiting > 1) oneIn *= 2;
    const isCounted = async (): Promise<boolean> => (await deadlocks(client)) > before;
    if (waiting === 1) await holdsWithin(countedWithinMs, isCounted, parts);
    await clock.sleep(lookEveryMs, stop).catch(() => undefined);
  }
}

/** How many wait for us. */
async function waiters(client: Client): Promise<number> {
  const { rows } = await client.query<{ waiting: number }>(
    'SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))',
  );
  return rows[0]?.waiting ?? 0;
}

async function holdsWithin(
  ms: number,
  look: () => Promise<boolean>,
  { clock, stop }: Parts,
): Promise<boolean> {
  for (const untilMs = clock.now() + ms; clock.now() < untilMs && !stop.aborted; ) {
    if (await look()) return true;
    await clock.sleep(lookEveryMs, stop).catch(() => undefined);
  }
  return false;
}

/** How many deadlocks the server has counted. */
async function deadlocks(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    'SELECT deadlocks AS count FROM pg_stat_database WHERE datname = current_database()',
  );
  return Number(rows[0]?.count ?? 0);
}
