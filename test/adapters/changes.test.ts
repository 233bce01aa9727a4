/** What changed since, where a real server makes it hard: commits that come late, and servers that begin again. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { redisStorage } from '../../adapters/redis/index.ts';
import type { AgentChanges, ChangeLog, Cursor } from '../../core/storage.ts';
import * as pgKit from './postgres-kit.ts';
import * as redisKit from './redis-kit.ts';

const postgres = await pgKit.startPostgres('process-crash');
const onPostgres = pgKit.testsOn(postgres, test);
const redis = await redisKit.startRedis('process-crash');
const onRedis = redisKit.testsOn(redis, test);

const since = (changes: ChangeLog | undefined, after?: Cursor): Promise<AgentChanges> =>
  (changes as ChangeLog).since({ limit: 100, ...(after !== undefined && { after }) });

const idsOf = ({ changed }: AgentChanges): string[] => changed.map(({ id }) => id).sort();

onPostgres('postgres: what is committed late is told, and told to nobody before', async ({ address }) => {
  const place = pgKit.freshPlace('process-crash');
  const { port } = await pgKit.openStorage(place, address);
  await port.agents.insert(['late', 'early'].map((id) => pgKit.agent(id)));
  let told = await since(port.changes);
  assert.equal(idsOf(told), ['early', 'late']);
  await pgKit.withClient(address.url, async (client) => {
    const agents = `"testbed_${place.namespace}".agents`;
    await client.query('begin');
    await client.query(`update ${agents} set version = 2, owner = 'somebody' where id = 'late'`);
    // The trap: this one has the later number, and is seen first.
    await port.agents.update([{ ...pgKit.agent('early'), version: 2 }]);
    told = await since(port.changes, told.next);
    assert.equal(idsOf(told), ['early']);
    await client.query('commit');
    told = await since(port.changes, told.next);
    assert.ok(idsOf(told).includes('late'), 'passed over');
    assert.is(told.changed.find(({ id }) => id === 'late')?.owner, 'somebody');
  });
  told = await since(port.changes, told.next);
  assert.equal(idsOf(told), [], 'told again when nobody was writing');
});

onPostgres('postgres: a rolled back change is not told', async ({ address }) => {
  const place = pgKit.freshPlace('process-crash');
  const { port } = await pgKit.openStorage(place, address);
  const told = await since(port.changes);
  await port.agents.insert([pgKit.agent('a')]);
  assert.is(await pgKit.codeOf(port.agents.insert([pgKit.agent('b'), pgKit.agent('a')])), 'DUPLICATE');
  assert.equal(idsOf(await since(port.changes, told.next)), ['a']);
});

onPostgres(
  'postgres: after a crash who asks begins again; after a stop in good order nobody has to',
  async () => {
    const server = await pgKit.anotherPostgres('process-crash');
    const place = pgKit.freshPlace('process-crash');
    const { port } = await pgKit.openStorage(place, server.address);
    await port.agents.insert([pgKit.agent('a')]);
    const told = await since(port.changes);
    const idle = async (): Promise<boolean> => (await pgKit.codeOf(port.agents.count({}))) === null;
    await server.stop();
    await server.start();
    await pgKit.until('connected again', idle);
    await port.agents.insert([pgKit.agent('b')]);
    assert.equal(idsOf(await since(port.changes, told.next)), ['b']);
    await server.kill();
    await server.start();
    await pgKit.until('connected again', idle);
    // Before anybody has asked: seen by the triggers alone.
    await port.agents.remove(['b']);
    assert.is(await pgKit.codeOf(since(port.changes, told.next)), 'OUT_OF_RANGE');
    assert.equal(idsOf(await since(port.changes)), ['a']);
  },
);

onRedis('redis: a server that was started again is another one', async () => {
  const server = await redisKit.anotherRedis('process-crash');
  const { port } = redisKit.opened(
    await redisStorage.open(redisKit.freshPlace('process-crash'), server.address),
  );
  await port.agents.insert([redisKit.agent('a')]);
  const told = await since(port.changes);
  await server.kill();
  await server.start();
  await redisKit.until(
    'connected again',
    async () => (await redisKit.codeOf(port.agents.count({}))) === null,
  );
  assert.is(await redisKit.codeOf(since(port.changes, told.next)), 'OUT_OF_RANGE');
  const again = await since(port.changes);
  await port.agents.insert([redisKit.agent('b')]);
  assert.equal(idsOf(await since(port.changes, again.next)), ['b']);
});

test.run();
