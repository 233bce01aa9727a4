import { TestbedError } from '../../core/error.ts';
import type { Durability } from '../adapter.ts';
import type { Statement } from './call.ts';
import { type Safety, shortOf } from './durability.ts';
import type { Pool } from './pool.ts';

/** Older ones lack what we use, and their makers no longer mend them. */
const oldestVersion = 13;

const read: Statement = {
  name: 'settings.read',
  text: `select json_build_object(
    'version', current_setting('server_version'),
    'number', current_setting('server_version_num')::int,
    'fsync', current_setting('fsync'),
    'synchronousCommit', current_setting('synchronous_commit'),
    'fullPageWrites', current_setting('full_page_writes'),
    'encoding', current_setting('server_encoding'),
    'maxConnections', current_setting('max_connections')::int,
    'isStandby', pg_is_in_recovery())`,
  writes: false,
};

/** What a server says of itself. */
export interface Settings extends Safety {
  readonly version: string;
  /** 150004 is 15.4. */
  readonly number: number;
  readonly encoding: string;
  readonly maxConnections: number;
  readonly isStandby: boolean;
}

/** Facts for the record. UNSUPPORTED when the server cannot be used as a `role`, or keeps less than `durability` promises. */
export async function readSettings(
  pool: Pool,
  durability: Durability,
  role: 'primary' | 'standby' = 'primary',
): Promise<{ readonly [name: string]: string | number }> {
  const { rows } = await pool.run(read, []);
  const settings: Settings = JSON.parse(rows[0]?.[0] as string);
  const { version, fsync, synchronousCommit, fullPageWrites, maxConnections } = settings;
  const standsBy = settings.isStandby && role === 'primary';
  const lacking = lackOf({ ...settings, isStandby: standsBy }, durability);
  if (lacking !== null) throw new TestbedError('UNSUPPORTED', `PostgreSQL ${version}: ${lacking}`);
  return { server: `PostgreSQL ${version}`, fsync, synchronousCommit, fullPageWrites, maxConnections };
}

/** Why a server of these settings cannot be used at this level; null when it can. */
export function lackOf(settings: Settings, durability: Durability): string | null {
  const { number, encoding, isStandby } = settings;
  if (number < oldestVersion * 10_000) return `too old, ${oldestVersion} or later is needed`;
  if (isStandby) return 'it is a standby, which takes no writes';
  if (encoding !== 'UTF8') return `the database is encoded in ${encoding}; UTF8 is needed`;
  const short = shortOf(durability, settings);
  return short === null ? null : `cannot promise durability "${durability}" with ${short}`;
}
