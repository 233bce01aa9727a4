import { TestbedError } from '../../core/error.ts';
import type { Durability } from '../adapter.ts';
import type { Statement } from './call.ts';
import { shortOf } from './durability.ts';
import type { Pool } from './pool.ts';

/** Older ones lack what we use, and their makers no longer mend them. */
const oldestVersion = 13;

const read: Statement = {
  name: 'settings.read',
  text: `select current_setting('server_version'), current_setting('server_version_num'), current_setting('fsync'),
    current_setting('synchronous_commit'), current_setting('full_page_writes'), current_setting('server_encoding'),
    current_setting('max_connections'), pg_is_in_recovery()`,
  writes: false,
};

export interface ServerFacts {
  readonly server: string;
  readonly fsync: string;
  readonly synchronousCommit: string;
  readonly fullPageWrites: string;
  readonly maxConnections: number;
  readonly [name: string]: string | number;
}

/** What the server says of itself. UNSUPPORTED when it is too old, a standby, not in UTF-8, or keeps less than `durability` promises. */
export async function readSettings(pool: Pool, durability: Durability): Promise<ServerFacts> {
  const { rows } = await pool.run(read, []);
  const [
    version = '',
    number = '',
    fsync = '',
    commit = '',
    pages = '',
    encoding = '',
    connections = '',
    standby = '',
  ] = rows[0] as readonly string[];
  const refuse = (why: string): never => {
    throw new TestbedError('UNSUPPORTED', `PostgreSQL ${version}: ${why}`);
  };
  if (Number(number) < oldestVersion * 10_000) refuse(`too old, ${oldestVersion} or later is needed`);
  if (standby === 't') refuse('a standby, which takes no writes');
  if (encoding !== 'UTF8') refuse(`the database is encoded in ${encoding}; UTF8 is needed`);
  const lacking = shortOf(durability, { fsync, synchronous_commit: commit, full_page_writes: pages });
  if (lacking !== null) refuse(`cannot promise durability "${durability}" with ${lacking}`);
  return {
    server: `PostgreSQL ${version}`,
    fsync,
    synchronousCommit: commit,
    fullPageWrites: pages,
    maxConnections: Number(connections),
  };
}
