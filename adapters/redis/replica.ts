import { systemClock } from '../../core/clock.ts';
import { messageOf, TestbedError } from '../../core/error.ts';
import type { Address, Place, Replica, Server } from '../adapter.ts';
import { awaitCatchUp } from '../servers/catch-up.ts';
import { serveProcess } from '../servers/process-server.ts';
import type { Program } from '../servers/program.ts';
import { type Persistence, persistenceOf } from './durability.ts';
import { exchange } from './exchange.ts';
import { redisProgram } from './server.ts';

/** Starts a replica of a redis-server of our own. It resumes from the primary's backlog, or copies all of it anew: it is never left behind for good. */
export async function replicateRedis(
  primary: Server,
  place: Place,
  source: Address = primary.address,
): Promise<Replica> {
  const { directory, durability, clock = systemClock } = place;
  const program = redisProgram(persistenceOf[durability] as Persistence);
  const primaryPort = portOf(primary);
  let follows = true;
  const following: Program = {
    ...program,
    name: 'redis-replica',
    arguments: (home, port) => [
      ...program.arguments(home, port),
      ...(follows ? ['--replicaof', '127.0.0.1', String(portOf({ address: source }))] : []),
    ],
  };
  const server = await serveProcess(following, { directory, clock });
  const replica = Object.assign(server, {
    async lagBytes() {
      const [ahead, behind] = await Promise.all([readOffset(primaryPort), readOffset(portOf(server))]);
      return Math.max(0, ahead - behind);
    },
    async promote() {
      const answer = await ask(portOf(server), 'REPLICAOF NO ONE');
      if (!answer.startsWith('+OK')) throw new TestbedError('UNAVAILABLE', `redis-replica: ${answer.trim()}`);
      follows = false;
      await awaitCatchUp(server, async () => isWritten(await ask(portOf(server), 'INFO')), clock);
    },
  });
  try {
    const wanted = await readOffset(primaryPort);
    await awaitCatchUp(server, async () => hasTaken(await ask(portOf(server), 'INFO'), wanted), clock);
    return replica;
  } catch (error) {
    await server.close();
    throw error;
  }
}

const replication = 'INFO replication';

function hasTaken(said: string, wanted: number): boolean {
  return /^master_link_status:up/m.test(said) && offsetIn(said) >= wanted && isWritten(said);
}

/** A copy of the primary is a log of its own only a while after it has come: killed before that, it would come back empty. */
function isWritten(said: string): boolean {
  return !/^aof_rewrite_(in_progress|scheduled):1/m.test(said);
}

/** How far the log between primary and replica has come, as that server knows it. */
async function readOffset(port: number): Promise<number> {
  return offsetIn(await ask(port, replication));
}

/** A replica has an offset of its own, and one for those that follow it, which is that of its primary. */
function offsetIn(said: string): number {
  const offset = /^slave_repl_offset:(\d+)/m.exec(said) ?? /^master_repl_offset:(\d+)/m.exec(said);
  if (offset === null)
    throw new TestbedError('UNAVAILABLE', 'redis: it does not say how far its log has come');
  return Number(offset[1]);
}

async function ask(port: number, command: string): Promise<string> {
  try {
    return await exchange(port, [command]);
  } catch (cause) {
    throw new TestbedError('UNAVAILABLE', `redis on port ${port}: ${messageOf(cause)}`, { cause });
  }
}

function portOf({ address }: Pick<Server, 'address'>): number {
  return Number(new URL(address.url).port);
}
