import type { Client } from 'pg';
import type { Clock } from '../../core/clock.ts';
import type { FaultKind } from '../fault.ts';
import { answers, askPostgres, connectPostgres, postgresOf } from './ask.ts';
import { agentTables } from './lock.ts';

const lookEveryMs = 5;
/** Nobody has run into our locks by then: others are tried. */
const waitMs = 300;

export const postgresDeadlock: FaultKind = {
  name: 'postgres-deadlock',
  meaning:
    'Somebody locks agents in the opposite order to whoever writes several at once: one deadlock, and a victim.',
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
        trying = provoke(client, random.next(), clock, stop.signal);
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
      healed: () => answers(server),
    };
  },
};

/** Takes some rows, waits until somebody who holds others wants them, and then wants those: until one deadlock has come of it. */
async function provoke(client: Client, share: number, clock: Clock, stop: AbortSignal): Promise<void> {
  const before = await deadlocks(client);
  const [table] = await agentTables(client);
  if (table === undefined) return;
  for (let round = 0; !stop.aborted && (await deadlocks(client)) === before; round++) {
    await client.query('BEGIN');
    await client.query(`SELECT 1 FROM ${table} WHERE hashtext(id || $1) % 2 = 0 FOR UPDATE`, [
      `${share} ${round}`,
    ]);
    const isWanted = await someoneWaits(client, clock, stop);
    // The victim may be us: then the other one went on, and it is tried again.
    if (isWanted) await client.query(`SELECT 1 FROM ${table} FOR UPDATE`).catch(() => undefined);
    await client.query('ROLLBACK');
    await clock.sleep(lookEveryMs, stop).catch(() => undefined);
  }
}

async function someoneWaits(client: Client, clock: Clock, stop: AbortSignal): Promise<boolean> {
  for (const untilMs = clock.now() + waitMs; clock.now() < untilMs && !stop.aborted; ) {
    const { rows } = await client.query<{ waiting: boolean }>(
      'SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))) AS waiting',
    );
    if (rows[0]?.waiting) return true;
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
