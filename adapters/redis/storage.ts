import type { Storage } from '../../core/storage.ts';
import type { Address, Connection, Place, StorageAdapter } from '../adapter.ts';
import { behind, Door } from '../door.ts';
import { checkDurability, readOptions } from '../options.ts';
import { connect, connectionOptions } from './connect.ts';
import { redisDurabilities } from './durability.ts';
import { maxPayloadBytes } from './payload.ts';
import { purge } from './purge.ts';
import { replicateRedis } from './replica.ts';
import { serveRedis } from './server.ts';
import { createStore, storeScripts } from './store/index.ts';
import { storePrefix } from './store/names.ts';
import { within } from './within.ts';

const closeWithinMs = 2_000;

/**
 * Storage in Redis: records in hashes, sorted sets to find them by, compare-and-set in one script and one round
 * trip.
 */
export const redisStorage: StorageAdapter = {
  name: 'redis',
  server: 'redis',
  traits: { durability: redisDurabilities, crossProcess: true, maxPayloadBytes, changes: true, nodes: true },
  options: connectionOptions,
  serve(place) {
    checkDurability(redisStorage, place);
    return serveRedis(place);
  },
  replicate: replicateRedis,
  open: (place, address) => open('redis storage', place, address),
  openReplica: (place, address) => open('redis replica', place, address),
};

async function open(what: string, place: Place, address: Address | undefined): Promise<Connection<Storage>> {
  checkDurability(redisStorage, place);
  const settings = readOptions(what, connectionOptions, place.options);
  const { link, facts, clock, answerWithinMs } = await connect(
    what,
    place,
    address,
    storeScripts,
    settings.answerWithinMs,
  );
  const { agents, swarms, events, changes, nodes } = createStore(link, place.namespace);
  const door = new Door(`the ${what}`);
  let closing: Promise<void> | undefined;
  return {
    port: {
      agents: behind(door, { ...agents }),
      swarms: behind(door, { ...swarms }),
      events: behind(door, { ...events }),
      changes: behind(door, { ...changes }),
      nodes: behind(door, { ...nodes }),
    },
    facts: {
      ...facts,
      ...settings,
      batching: 'updates, reads and appends of one turn in one call; an insert in one call of its own',
      acknowledgement: 'the script that wrote was answered',
    },
    purge: () => purge(link, storePrefix(place.namespace)),
    close() {
      closing ??= (async () => {
        const empty = door.shut();
        await within(clock, Math.min(closeWithinMs, answerWithinMs), empty);
        link.close();
        await empty;
      })();
      return closing;
    },
  };
}
