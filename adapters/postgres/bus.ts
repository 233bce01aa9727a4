import { randomUUID } from 'node:crypto';
import type { Bus } from '../../core/bus.ts';
import { systemClock } from '../../core/clock.ts';
import type { Address, Connection, Place } from '../adapter.ts';
import { behind, Door } from '../door.ts';
import { BusConnection } from './bus-connection.ts';
import { busStatements } from './bus-sql.ts';
import { busTables } from './bus-tables.ts';
import { Pool } from './pool.ts';
import { dropSchema, migrate, schemaOf } from './schema.ts';
import { readSettings } from './settings.ts';
import { Wakeups } from './wakeups.ts';
import { within } from './within.ts';

export interface BusOptions {
  readonly pool: number;
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly leaseMs: number;
  readonly retainMessages: number;
}

/** How long closing waits for calls that are being served. */
const closeWithinMs = 2_000;

/** Opens the bus of a namespace on a running server. */
export async function openBus(place: Place, { url }: Address, options: BusOptions): Promise<Connection<Bus>> {
  const { clock = systemClock, durability, namespace } = place;
  const { timeoutMs, leaseMs, retainMessages, pollMs } = options;
  const server = { url, timeoutMs, clock, name: 'testbed bus' };
  const pool = new Pool({ ...server, size: options.pool });
  try {
    const settings = await readSettings(pool, durability);
    const schema = schemaOf(namespace);
    await migrate(pool, schema, busTables);
    const wakeups: Wakeups = new Wakeups({ ...server, schema, wake: (channel) => bus.wake(channel) });
    const sql = busStatements(schema);
    const bus = new BusConnection({ pool, sql, clock, name: randomUUID(), wakeups, leaseMs, retainMessages });
    await wakeups.open();
    const stopAsking = every(pollMs, () => bus.wake(null));
    const door = new Door('the postgres bus');
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      stopAsking();
      await within(clock, closeWithinMs, door.shut());
      await bus.endSubscriptions();
      wakeups.close();
      await pool.close();
    };
    return {
      port: behind(door, { publish: bus.publish.bind(bus), subscribe: bus.subscribe.bind(bus) }),
      facts: {
        ...settings,
        ...options,
        batching:
          'publishes of one turn, and those made while a statement is on its way, share one; messages share rows',
        acknowledgement: 'the commit of the append was confirmed',
        get poolWaits() {
          return pool.waits;
        },
      },
      async purge() {
        stopAsking();
        await bus.endSubscriptions();
        await dropSchema(pool, schema);
      },
      close() {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    await pool.close();
    throw error;
  }

  /** Notifications may be lost on the way; whoever asks now and then finds what they were about. */
  function every(ms: number, action: () => void): () => void {
    let cancel = clock.after(ms, tick);
    function tick(): void {
      action();
      cancel = clock.after(ms, tick);
    }
    return () => cancel();
  }
}
