/** A subscriber on Postgres that is cut off while others publish: with NOTIFY alone it misses all of that, with a table behind nothing. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { postgresBus } from '../../adapters/postgres/index.ts';
import type { Bus } from '../../core/bus.ts';
import {
  freshPlace,
  message,
  opened,
  startPostgres,
  testsOn,
  until,
  withClient,
} from '../adapters/postgres-kit.ts';
import { openNotifyOnly } from '../doubles/adapters/notify-only.ts';

const onPostgres = testsOn(await startPostgres('process-crash'), test);
const channel = 'events';

const from = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => message(first + index));
const numbers = (first: number, last: number) => from(first, last).map(({ sequence }) => sequence);

/** What a subscriber sees, in that order. */
async function seenBy(bus: Bus): Promise<number[]> {
  const seen: number[] = [];
  await bus.subscribe(channel, {}, (messages) => void seen.push(...messages.map(({ sequence }) => sequence)));
  return seen;
}

/** Ends the connections that somebody listens on, told by what they asked last; resolves once they are gone. */
async function cutListeners(url: string, asked: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query(
      'select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <> pg_backend_pid() and query ilike $1',
      [asked],
    );
    assert.ok((rowCount ?? 0) > 0, 'somebody listened');
  });
}

onPostgres(
  'NOTIFY alone: what is acknowledged while the listener is away is lost, all of it',
  async ({ address }) => {
    let comeBack = (): void => undefined;
    const back = new Promise<void>((resolve) => {
      comeBack = resolve;
    });
    const bus = opened(await openNotifyOnly(address.url, back));
    const seen = await seenBy(bus);
    await bus.publish(channel, from(1, 20));
    await until('the first', () => seen.length === 20);
    await cutListeners(address.url, 'listen%');
    await until('it is away', () => !bus.isListening);
    await bus.publish(channel, from(21, 40));
    comeBack();
    await until('it is back', () => bus.isListening);
    await bus.publish(channel, from(41, 60));
    await until('the last', () => seen.includes(60));
    assert.equal(seen, [...numbers(1, 20), ...numbers(41, 60)]);
  },
);

onPostgres('a table as the source: the same cut, and nothing is lost', async ({ address }) => {
  const { port: bus } = opened(await postgresBus.open(freshPlace('process-crash'), address));
  const seen = await seenBy(bus);
  await bus.publish(channel, from(1, 20));
  await until('the first', () => seen.length === 20);
  // It notifies others on the connection that it listens on.
  await cutListeners(address.url, 'select pg_notify%');
  await bus.publish(channel, from(21, 60));
  await until('the last', () => seen.includes(60));
  assert.equal([...new Set(seen)], numbers(1, 60));
});

test.run();
