import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { messageOf, TestbedError } from '../../core/error.ts';
import type { Address, Place, Replica, Server } from '../adapter.ts';
import { awaitCatchUp } from '../servers/catch-up.ts';
import type { Program } from '../servers/program.ts';
import { askPostgres } from './ask.ts';
import { type Safety, safetyOf } from './durability.ts';
import { postgresProgram, serveProgram } from './server.ts';
import { give } from './template.ts';

/** A little longer than Postgres itself waits. */
const promoteWithinMs = 65_000;

/**
 * Starts a streaming standby of a Postgres of our own, from a copy that it makes of it. The primary keeps what the
 * standby has not taken in for as long as both exist, in a replication slot: it is never left behind for good.
 */
export async function replicatePostgres(
  primary: Server,
  place: Place,
  source: Address = primary.address,
): Promise<Replica> {
  const { durability, clock = systemClock } = place;
  const program = postgresProgram(safetyOf[durability] as Safety);
  const slot = `standby_${randomBytes(6).toString('hex')}`;
  await ask(primary, 'select pg_create_physical_replication_slot($1, true)', [slot]);
  const server = await serveProgram(standbyProgram(program, new URL(source.url), slot), place);
  const replica = Object.assign(server, {
    async lagBytes() {
      const [written, takenIn] = await Promise.all([
        ask(primary, `select pg_current_wal_lsn() - '0/0'`),
        ask(server, `select pg_last_wal_replay_lsn() - '0/0'`),
      ]);
      if (takenIn === null) throw new TestbedError('UNAVAILABLE', 'postgres-standby: it follows nobody');
      return Math.max(0, Number(written) - Number(takenIn));
    },
    async promote() {
      if ((await ask(server, 'select pg_promote()', [], promoteWithinMs)) !== true)
        throw new TestbedError('UNAVAILABLE', 'postgres-standby: it was not promoted within a minute');
    },
  });
  try {
    const wanted = await ask(primary, 'select pg_current_wal_lsn()::text');
    const hasAll = async (): Promise<boolean> =>
      (await ask(server, 'select pg_last_wal_replay_lsn() >= $1', [wanted])) === true;
    await awaitCatchUp(server, hasAll, clock);
    return replica;
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function ask(
  { address }: Server,
  question: string,
  values: readonly unknown[] = [],
  withinMs?: number,
): Promise<unknown> {
  try {
    return await askPostgres(address.url, question, values, withinMs);
  } catch (cause) {
    throw new TestbedError('UNAVAILABLE', `postgres: ${messageOf(cause)}`, { cause });
  }
}

/** The program of a standby: a Postgres whose data is a copy of its primary's, and follows it. */
function standbyProgram(program: Program, primary: URL, slot: string): Program {
  const { host, hostname, port, username, password } = primary;
  return {
    ...program,
    name: 'postgres-standby',
    async prepare(home) {
      give(home, 'pgpass', `${hostname}:${port}:*:${username}:${password}\n`);
      const conninfo = `host=${hostname} port=${port} user=${username} passfile=${join(home.directory, 'pgpass')}`;
      await home.run(join(dirname(realpathSync(program.binary)), 'pg_basebackup'), [
        ...['-d', conninfo, '-D', join(home.directory, 'data')],
        // The log comes by way of the slot, as everything later does: waiting for it here takes a second and more.
        ...['--checkpoint=fast', '--wal-method=none', '--no-sync', '--no-manifest', '--write-recovery-conf'],
      ]);
    },
    arguments: (home, ownPort) => [
      ...program.arguments(home, ownPort),
      ...['-c', `primary_slot_name=${slot}`],
      ...settings,
    ],
    url: (ownPort) => `postgres://${username}:${password}@${host.replace(port, String(ownPort))}/postgres`,
  };
}

const settings = [
  // Reads of the standby are not cut off because the primary has removed what they look at.
  ...['-c', 'hot_standby_feedback=on'],
  // A primary that is started again is followed at once.
  ...['-c', 'wal_retrieve_retry_interval=100ms'],
];
