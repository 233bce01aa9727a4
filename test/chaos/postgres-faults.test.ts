import pg from 'pg';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Target } from '../../chaos/target.ts';
import { opened, startPostgres, testsOn } from '../adapters/postgres-kit.ts';
import { observableThenGone } from './fault-kit.ts';

const onPostgres = testsOn(await startPostgres('none'), test);

type Server = Extract<Target, { kind: 'server' }>['server'];

function targetOf(server: Server): Target {
  return { kind: 'server', part: 'storage', technology: 'postgres', server };
}

async function client({ address }: Server): Promise<pg.Client> {
  const connected = new pg.Client(address.url);
  connected.on('error', () => undefined);
  await connected.connect();
  opened({ close: () => connected.end().catch(() => undefined) });
  return connected;
}

/** A table as the storage has it, with a few agents. */
async function withAgents(server: Server): Promise<pg.Client> {
  const connected = await client(server);
  await connected.query(
    'DROP TABLE IF EXISTS drill_agents; CREATE TABLE drill_agents (id text PRIMARY KEY, n int)',
  );
  await connected.query("INSERT INTO drill_agents SELECT 'agent-' || i, 0 FROM generate_series(1, 20) AS i");
  return connected;
}

onPostgres('postgres-terminate: every connection is ended, and new ones are taken', async (server) => {
  const connected = await client(server);
  await observableThenGone('postgres-terminate', targetOf(server));
  assert.is(
    await connected.query('SELECT 1').then(
      () => 'alive',
      () => 'ended',
    ),
    'ended',
  );
  await client(server);
});

onPostgres('postgres-backend-kill: all connections go with it, and the server comes back', async (server) => {
  const [one, other] = [await client(server), await client(server)];
  await observableThenGone('postgres-backend-kill', targetOf(server));
  for (const connected of [one, other])
    assert.is(
      await connected.query('SELECT 1').then(
        () => 'alive',
        () => 'ended',
      ),
      'ended',
    );
  await client(server);
});

onPostgres('postgres-connections: nobody else is let in, and who is in goes on', async (server) => {
  const connected = await client(server);
  await observableThenGone('postgres-connections', targetOf(server), {}, async () => {
    const refused = await client(server).catch((error: { code: string }) => error.code);
    assert.is(refused, '53300');
    await connected.query('SELECT 1');
  });
  await client(server);
});

onPostgres('postgres-lock: who writes an agent waits for the heal', async (server) => {
  const connected = await withAgents(server);
  let written: Promise<unknown> = Promise.resolve();
  let done = false;
  await observableThenGone('postgres-lock', targetOf(server), {}, async () => {
    written = connected.query("UPDATE drill_agents SET n = 1 WHERE id = 'agent-3'").then(() => {
      done = true;
    });
    const reader = await client(server);
    assert.is((await reader.query('SELECT 1 FROM drill_agents')).rowCount, 20);
    assert.is(done, false);
  });
  await written;
});

onPostgres(
  'postgres-deadlock: one who writes several agents at once is the victim of one deadlock',
  async (server) => {
    const connected = await withAgents(server);
    let stopped = false;
    const codes: string[] = [];
    const writing = (async () => {
      while (!stopped) {
        const failed = await connected.query('UPDATE drill_agents SET n = n + 1').then(
          () => null,
          (error: { code: string }) => error.code,
        );
        if (failed !== null) codes.push(failed);
      }
    })();
    try {
      await observableThenGone('postgres-deadlock', targetOf(server));
    } finally {
      stopped = true;
      await writing;
    }
    assert.equal(codes, ['40P01']);
  },
);

test.run();
