/** A Postgres of our own: from a template, private, killed and started again, and what its settings promise. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { postgresBus, postgresStorage } from '../../adapters/postgres/index.ts';
import type { TestbedError } from '../../core/error.ts';
import {
  agent,
  anotherPostgres,
  freshPlace,
  openBus,
  openStorage,
  startPostgres,
  testsOn,
  until,
  withClient,
} from './postgres-kit.ts';

const server = await startPostgres('none');
const onServer = testsOn(server, test);

async function errorOf(work: Promise<unknown>): Promise<TestbedError> {
  return work.then(
    () => assert.unreachable('it resolved'),
    (error) => error,
  );
}

onServer(
  'server: only its own user may look inside, and it listens on loopback alone',
  async ({ home, address }) => {
    assert.is(statSync(home.directory).mode & 0o077, 0);
    assert.is(statSync(join(home.directory, 'data')).mode & 0o077, 0);
    const shown = await withClient(address.url, async (client) => {
      const { rows } = await client.query(
        "select current_setting('listen_addresses') as host, current_setting('unix_socket_directories') as sockets",
      );
      return rows[0];
    });
    assert.equal(shown, { host: '127.0.0.1', sockets: '' });
  },
);

onServer(
  'server: without its password nobody comes in, and the password is in no fact and no log',
  async (own) => {
    const { address, home, facts } = own;
    const { password } = new URL(address.url);
    const stranger = new URL(address.url);
    stranger.password = 'stranger';
    const error = await errorOf(openStorage(freshPlace('none'), { url: stranger.href }));
    assert.is(error.code, 'INVALID_CONFIG');
    assert.match(error.message, 'password authentication failed');
    assert.not.match(inspect(error, { depth: 10 }), 'stranger');
    assert.not.match(readFileSync(join(home.directory, 'server.log'), 'utf8'), password);
    assert.not.match(JSON.stringify(facts), password);
  },
);

onServer('server: killed and started again it has what it had, on the same port', async (own) => {
  const before = own.address.url;
  await withClient(before, (client) => client.query('create table kept as select 1 as one'));
  await withClient(before, (client) => client.query('checkpoint'));
  const { pid } = own;
  await own.kill();
  await own.start();
  assert.is(own.address.url, before);
  assert.is.not(own.pid, pid);
  const { rows } = await withClient(before, (client) => client.query('select one from kept'));
  assert.equal(rows, [{ one: 1 }]);
});

onServer('server: killed and then closed, nothing of it stays behind', async () => {
  const other = await anotherPostgres('none');
  const lock = readFileSync(join(other.home.directory, 'data', 'postmaster.pid'), 'utf8').split('\n');
  const segment = lock[6]?.trim().split(/\s+/)[1] as string;
  const segments = (): string[] => {
    // Only Linux lists them in a file.
    const list = '/proc/sysvipc/shm';
    return existsSync(list)
      ? [...readFileSync(list, 'latin1').matchAll(/^ *-?\d+ +(\d+)/gm)].map(([, id]) => id as string)
      : [];
  };
  if (segments().length > 0) assert.ok(segments().includes(segment), 'it was there');
  await other.kill();
  await other.close();
  assert.not.ok(segments().includes(segment));
  assert.not.ok(existsSync(other.home.directory));
});

onServer('server: two from one template are two', async (own) => {
  const other = await anotherPostgres('none');
  assert.is.not(other.address.url, own.address.url);
  await withClient(own.address.url, (client) => client.query('create table mine ()'));
  const { rows } = await withClient(other.address.url, (client) =>
    client.query("select to_regclass('mine') is not null as exists"),
  );
  assert.equal(rows, [{ exists: false }]);
});

onServer('server: it has one database, whose maps of space and visibility it makes again', async () => {
  const other = await anotherPostgres('none');
  await withClient(other.address.url, async (client) => {
    const databases = await client.query('select datname from pg_database');
    assert.equal(databases.rows, [{ datname: 'postgres' }]);
    await client.query('create table numbers as select n from generate_series(1, 10000) as n');
    await client.query('vacuum');
    const { rows } = await client.query(
      "select current_setting('data_directory') as data, pg_relation_filepath('pg_class') as file, pg_relation_size('pg_class', 'vm') as map",
    );
    assert.ok(rows[0].map > 0);
    assert.ok(existsSync(join(rows[0].data, `${rows[0].file}_vm`)));
  });
  assert.not.match(other.logTail(100), /WARNING|ERROR/);
});

onServer(
  'open: what the server is set to is said, and a level above it is UNSUPPORTED',
  async ({ address }) => {
    for (const adapter of [postgresBus, postgresStorage]) {
      const { facts, close } = await adapter.open(freshPlace('none'), address);
      await close();
      assert.is(facts['fsync'], 'off');
      assert.is(facts['synchronousCommit'], 'off');
      assert.match(String(facts['server']), /^PostgreSQL \d/);
      for (const level of ['process-crash', 'power-loss']) {
        const error = await errorOf(adapter.open(freshPlace(level), address));
        assert.is(error.code, 'UNSUPPORTED');
        assert.match(error.message, `"${level}" with synchronous_commit = off`);
      }
    }
  },
);

onServer('open: a database, a role or an address that is not there', async ({ address }) => {
  const wrong = (change: (url: URL) => void): string => {
    const url = new URL(address.url);
    change(url);
    return url.href;
  };
  const cases = [
    [wrong((url) => Object.assign(url, { pathname: '/nowhere' })), 'INVALID_CONFIG'],
    [wrong((url) => Object.assign(url, { port: '1' })), 'UNAVAILABLE'],
    [wrong((url) => url.searchParams.set('sslmode', 'verify-full')), 'INVALID_CONFIG'],
    ['this is no address', 'INVALID_CONFIG'],
  ] as const;
  for (const [url, code] of cases) {
    const error = await errorOf(openBus(freshPlace('none'), { url }));
    assert.is(error.code, code, `${url}: ${inspect(error)}`);
    assert.not.match(inspect(error, { depth: 10 }), new URL(address.url).password);
  }
});

onServer('open: too many connections is UNAVAILABLE', async ({ address }) => {
  await withClient(address.url, async (client) => {
    await client.query("create role narrow login password 'narrow' connection limit 1");
    await client.query('grant create on database postgres to narrow');
  });
  const url = new URL(address.url);
  url.username = 'narrow';
  url.password = 'narrow';
  await withClient(url.href, async () => {
    const error = await errorOf(openStorage(freshPlace('none'), { url: url.href }));
    assert.is(error.code, 'UNAVAILABLE', inspect(error));
  });
});

onServer('purge: removes the namespace from the server and nothing else', async ({ address }) => {
  const places = [freshPlace('none'), freshPlace('none')] as const;
  const opened = await Promise.all(places.map((place) => openStorage(place, address)));
  for (const { port } of opened) await port.agents.insert([agent('a')]);
  await opened[0]?.purge?.();
  assert.is(await opened[1]?.port.agents.count({}), 1);
  for (const { close } of opened) await close();
  const schemas = await withClient(address.url, async (client) => {
    const { rows } = await client.query("select nspname from pg_namespace where nspname like 'testbed_%'");
    return rows.map((row) => row.nspname);
  });
  assert.not.ok(schemas.includes(`testbed_${places[0].namespace}`));
  assert.ok(schemas.includes(`testbed_${places[1].namespace}`));
});

onServer(
  'schema: several processes at once make it once, and a newer one is left alone',
  async ({ address }) => {
    const place = freshPlace('none');
    const opened = await Promise.all([1, 2, 3, 4].map(() => openBus(place, address)));
    await Promise.all(opened.map(({ close }) => close()));
    const schema = `"testbed_${place.namespace}"`;
    await withClient(address.url, (client) => client.query(`update ${schema}.version set version = 99`));
    const error = await errorOf(openBus(place, address));
    assert.is(error.code, 'UNSUPPORTED');
    assert.match(error.message, 'version 99');
  },
);

onServer('connections: all are closed after close, also of one that could not open', async ({ address }) => {
  const opened = await openBus(freshPlace('none'), address);
  await opened.port.publish('channel', []);
  await opened.close();
  await errorOf(openBus(freshPlace('power-loss'), address));
  await withClient(address.url, (client) =>
    until('no connection is left', async () => {
      const { rows } = await client.query(
        "select count(*)::int as count from pg_stat_activity where application_name like 'testbed%'",
      );
      return rows[0].count === 0;
    }),
  );
});

test.run();
