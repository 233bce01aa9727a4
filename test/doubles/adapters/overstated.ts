/**
 * Adapters on servers that say "process-crash" and keep less: Redis without its append-only file, Postgres in unlogged tables,
 * which recovery empties. And their healthy twins: the same machinery, and nothing wrong. All are exported, so that a second
 * process finds them too.
 */
import pg from 'pg';
import type { Adapter, Address, Place, Traits } from '../../../adapters/adapter.ts';
import { postgresBus, postgresStorage } from '../../../adapters/postgres/index.ts';
import { schemaOf } from '../../../adapters/postgres/schema.ts';
import { redisBus, redisStorage } from '../../../adapters/redis/index.ts';

/** The adapter, told of another place than it was asked for; `opened` happens before anybody uses it. */
function elsewhere<Port, T extends Traits>(
  adapter: Adapter<Port, T>,
  as: (place: Place) => Place,
  opened: (place: Place, address: Address) => Promise<void> = async () => {},
): Adapter<Port, T> {
  const { serve } = adapter;
  return {
    ...adapter,
    ...(serve && { serve: (place: Place) => serve(as(place)) }),
    async open(place, address) {
      const connection = await adapter.open(as(place), address);
      await opened(place, address as Address);
      return connection;
    },
  };
}

const asAsked = (place: Place): Place => place;
const forgetful = (place: Place): Place => ({ ...place, durability: 'none' });

const unlog = (tables: readonly string[]) => async (place: Place, address: Address) => {
  const client = new pg.Client({ connectionString: address.url });
  await client.connect();
  const { quoted } = schemaOf(place.namespace);
  for (const table of tables) await client.query(`alter table ${quoted}.${table} set unlogged`);
  await client.end();
};

export const redisBusOverstated = elsewhere(redisBus, forgetful);
export const redisBusHonest = elsewhere(redisBus, asAsked);
export const redisStorageOverstated = elsewhere(redisStorage, forgetful);
export const redisStorageHonest = elsewhere(redisStorage, asAsked);
export const postgresBusOverstated = elsewhere(postgresBus, asAsked, unlog(['bus_entry']));
export const postgresBusHonest = elsewhere(postgresBus, asAsked, unlog([]));
export const postgresStorageOverstated = elsewhere(postgresStorage, asAsked, unlog(['agents', 'events']));
export const postgresStorageHonest = elsewhere(postgresStorage, asAsked, unlog([]));
