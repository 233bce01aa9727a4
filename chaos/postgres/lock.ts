import type { Client } from 'pg';
import type { FaultKind } from '../fault.ts';
import { answers, askPostgres, connectPostgres, postgresOf } from './ask.ts';

export const postgresLock: FaultKind = {
  name: 'postgres-lock',
  meaning: 'Somebody holds a lock on every row of the agents and does not let go: who writes them waits.',
  targets: ['server'],
  technology: 'postgres',
  options: {},
  prepare(target) {
    const server = postgresOf(target);
    let holder: Client | null = null;
    return {
      undo: [],
      async inject() {
        holder = await connectPostgres(server);
        await holder.query('BEGIN');
        for (const table of await agentTables(holder))
          await holder.query(`SELECT 1 FROM ${table} FOR UPDATE`);
      },
      async heal() {
        await holder?.end().catch(() => undefined);
        holder = null;
      },
      inForce: () => askPostgres(server, isLocked),
      healed: async () => (await answers(server)) && !(await askPostgres(server, isLocked)),
    };
  },
};

/** The tables that hold agents, quoted. */
export async function agentTables(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE tablename LIKE '%agents' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Whether there is a row that somebody has locked. */
async function isLocked(client: Client): Promise<boolean> {
  for (const table of await agentTables(client)) {
    await client.query('BEGIN');
    const all = await client.query(`SELECT 1 FROM ${table} LIMIT 1`);
    const free = await client.query(`SELECT 1 FROM ${table} LIMIT 1 FOR UPDATE SKIP LOCKED`);
    await client.query('ROLLBACK');
    if (all.rowCount === 1 && free.rowCount === 0) return true;
  }
  return false;
}
