import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servePostgres } from '../../../adapters/postgres/server.ts';
import { serveRedis } from '../../../adapters/redis/server.ts';

/** The flags by which a stack is played on the servers of this run; none where it has no server. */
export type ServerFlags = (stack: string) => readonly string[];

/**
 * One Redis and one Postgres for all comparisons, which every cell uses under names of its own and leaves empty: what is to be
 * fresh in each round is the process and what is stored, and a server of its own is most of what a short cell would take.
 */
export async function withServers<T>(act: (flagsOf: ServerFlags) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'testbed-prove-'));
  const place = { directory, namespace: '', durability: 'none', options: {} };
  const redis = await serveRedis(place);
  try {
    const postgres = await servePostgres(place);
    try {
      const flags: { readonly [stack: string]: readonly string[] } = {
        redis: ['--redis-url', redis.address.url],
        postgres: ['--postgres-url', postgres.address.url],
      };
      return await act((stack) => flags[stack] ?? []);
    } finally {
      await postgres.close();
    }
  } finally {
    await redis.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
