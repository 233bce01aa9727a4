import type { Client } from 'pg';
import type { Clock } from '../../core/clock.ts';
import type { FaultKind } from '../fault.ts';
import { askPostgres, connectPostgres, isLeftAlone, postgresOf } from './ask.ts';
import { agentTables } from './lock.ts';

const lookEveryMs = 5;
/** Nobody has been caught between our locks and their own by then: others are tried. */
const waitMs = 300;
/** The server counts a deadlock when its victim next has nothing to do, and at most once a second. */
const countedWithinMs = 1500;

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
    const clients: Client[] = [];
    let before = 0;
    let trying: Promise<void> = Promise.resolve();
    return {
      undo: [],
      async inject() {
        before = await askPostgres(server, deadlocks);
        clients.push(await connectPostgres(server), await connectPostgres(server));
        const [locker, scout] = clients as [Client, Client];
        trying = provoke({ locker, scout, clock, stop: stop.signal }, random.next());
        // What it comes to is seen in the server's own count.
        trying.catch(() => undefined);
      },
      async heal() {
        stop.abort();
        await Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined)));
        await trying.catch(() => undefined);
      },
      inForce: async () => (await askPostgres(server, deadlocks)) > before,
      healed: () => isLeftAlone(server),
    };
  },
};

interface Parts {
  /** Holds the locks. */
  readonly locker: Client;
  /** Looks at who else holds some. */
  readonly scout: Client;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

const isOurs = 'hashtext(id || $1) % 2 = 0';

/** Takes half of the rows, and of those that come; waits until somebody who holds others wants them, and then wants those: until one deadlock has come of it. */
async function provoke(parts: Parts, share: number): Promise<void> {
  const { locker, clock, stop } = parts;
  const before = await deadlocks(locker);
  const [table] = await agentTables(locker);
  if (table === undefined) return;
  for (let round = 0; !stop.aborted && (await deadlocks(locker)) === before; round++) {
    const half = `${share} ${round}`;
    await locker.query('BEGIN');
    const isCaught = await someoneIsCaught(parts, table, half);
    // The victim may be us: then the other one went on, and it is tried again.
    if (isCaught) await locker.query(`SELECT 1 FROM ${table} FOR UPDATE`).catch(() => undefined);
    await locker.query('ROLLBACK');
    const isCounted = async (): Promise<boolean> => (await deadlocks(locker)) > before;
    if (isCaught) await holdsWithin(countedWithinMs, isCounted, parts);
    await clock.sleep(lookEveryMs, stop).catch(() => undefined);
  }
}

/** Whether somebody waits for a row of ours while rows of the other half are held: wanting those closes the circle. */
function someoneIsCaught(parts: Parts, table: string, half: string): Promise<boolean> {
  const { locker, scout } = parts;
  return holdsWithin(
    waitMs,
    async () => {
      await locker.query(`SELECT 1 FROM ${table} WHERE ${isOurs} FOR UPDATE SKIP LOCKED`, [half]);
      const waiting = await locker.query(
        'SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)) LIMIT 1',
      );
      if (waiting.rowCount === 0) return false;
      const { rows } = await scout.query<{ held: boolean }>(
        `SELECT (SELECT count(*) FROM ${table} WHERE NOT (${isOurs})) > (SELECT count(*) FROM
          (SELECT 1 FROM ${table} WHERE NOT (${isOurs}) FOR UPDATE SKIP LOCKED) AS free) AS held`,
        [half],
      );
      return rows[0]?.held === true;
    },
    parts,
  );
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
