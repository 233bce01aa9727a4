import type { Client } from 'pg';
import { failover } from '../process/failover.ts';
import { askPostgres } from './ask.ts';

/** Longer than a server takes to read its settings again, in ms. */
const settledWithinMs = 5_000;
const lookEveryMs = 5;

export const postgresFailover = failover({
  name: 'postgres-failover',
  meaning:
    'The primary is killed, its standby promoted, and all clients are led there; what it had not taken in is lost.',
  technology: 'postgres',
  options: {
    synchronous: {
      type: 'integer',
      min: 0,
      max: 1,
      default: 0,
      meaning: 'how many standbys must have a commit before it is acknowledged (synchronous_standby_names)',
    },
  },
  settings: (primary, { synchronous }, clock) =>
    askPostgres(primary, async (client) => {
      if (synchronous === 0) return;
      await client.query("ALTER SYSTEM SET synchronous_standby_names = '*'");
      await client.query('SELECT pg_reload_conf()');
      for (const untilMs = clock.now() + settledWithinMs; !(await isSynchronous(client)); ) {
        if (clock.now() > untilMs) throw new Error('no standby became synchronous');
        await clock.sleep(lookEveryMs);
      }
      // Whoever writes checkpoints also says whether commits wait: once it has written one it has read the settings.
      await client.query('CHECKPOINT');
    }),
  isServedBy: (url, { address }) =>
    askPostgres({ address: { url } }, async (client) => {
      const { rows } = await client.query<{ port: number; follows: boolean }>(
        'SELECT inet_server_port() AS port, pg_is_in_recovery() AS follows',
      );
      return rows[0]?.follows === false && String(rows[0].port) === new URL(address.url).port;
    }).catch(() => false),
});

async function isSynchronous(client: Client): Promise<boolean> {
  const { rowCount } = await client.query("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'");
  return rowCount === 1;
}
