import { failover } from '../process/failover.ts';
import { askPostgres } from './ask.ts';

export const postgresFailover = failover({
  name: 'postgres-failover',
  meaning:
    'The primary is killed, its standby promoted, and all clients are led there; what it had not taken in is lost.',
  technology: 'postgres',
  options: {},
  isServedBy: (url, { address }) =>
    askPostgres({ address: { url } }, async (client) => {
      const { rows } = await client.query<{ port: number; follows: boolean }>(
        'SELECT inet_server_port() AS port, pg_is_in_recovery() AS follows',
      );
      return rows[0]?.follows === false && String(rows[0].port) === new URL(address.url).port;
    }).catch(() => false),
});
