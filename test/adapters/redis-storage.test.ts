/**
 * The storage on Redis: what it asks of the server, what it leaves there, and servers that stand still or are full.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { redisStorage } from '../../adapters/redis/index.ts';
import type { ProcessServer } from '../../adapters/servers/process-server.ts';
import {
  agent,
  anotherRedis,
  codeOf,
  freshPlace,
  messages,
  opened,
  startRedis,
  testsOn,
  until,
  withClient,
} from './redis-kit.ts';

const server = await startRedis('none');
const onServer = testsOn(server, test);

const open = async ({ address }: ProcessServer, options: { readonly [name: string]: number } = {}) =>
  opened(await redisStorage.open(freshPlace('none', options), address));

/** How often each command has been called, scripts' own calls included. */
async function callsOf({ address }: ProcessServer): Promise<{ readonly [command: string]: number }> {
  const info = await withClient(address.url, (client) => client.info('commandstats'));
  const found = info.matchAll(/^cmdstat_(\S+):calls=(\d+)/gm);
  return Object.fromEntries([...found].map(([, command, calls]) => [command, Number(calls)]));
}

const keysOf = ({ address }: ProcessServer): Promise<number> =>
  withClient(address.url, (client) => client.dbsize());

const agents = Array.from({ length: 100 }, (_, index) =>
  agent(`agent-${index}`, { swarmId: `swarm-${index % 5}` }),
);

onServer('a hundred updates of one turn are one round trip, and so are a hundred reads', async (own) => {
  const { port, close } = await open(own);
  await port.agents.insert(agents);
  const before = await callsOf(own);
  const changed = agents.map((each) => ({ ...each, version: 2 }));
  const refused = await Promise.all(changed.map((each) => port.agents.update([each])));
  const got = await Promise.all(agents.map(({ id }) => port.agents.get(id)));
  const after = await callsOf(own);
  assert.ok(refused.every((list) => list.length === 0));
  assert.equal(got, changed);
  assert.is((after['evalsha'] ?? 0) - (before['evalsha'] ?? 0), 1);
  assert.is((after['hmget'] ?? 0) - (before['hmget'] ?? 0), 1);
  await close();
});

onServer('listings, counts and all the rest never look through the keys of the server', async (own) => {
  const { port, close } = await open(own);
  await port.agents.insert(agents);
  await port.agents.find({ swarmId: 'swarm-1', status: 'running' }, { limit: 3 });
  await port.agents.count({ swarmId: 'swarm-1', status: 'running' });
  await port.events.append(messages(300));
  await port.events.read({ key: 'key-1' }, { limit: 10 });
  await port.events.prune(10);
  await port.agents.remove(agents.map(({ id }) => id));
  const calls = await callsOf(own);
  for (const command of ['keys', 'scan', 'hscan', 'zscan', 'hgetall', 'hkeys'])
    assert.is(calls[command], undefined, command);
  await close();
});

onServer('records that are removed and events that are pruned leave nothing but counters', async (own) => {
  const before = await keysOf(own);
  const { port, close } = await open(own);
  await port.agents.insert(agents);
  await port.events.append(messages(1_000));
  assert.ok((await keysOf(own)) > before + 10);
  await port.agents.remove(agents.map(({ id }) => id));
  await port.events.prune(0);
  assert.is(await keysOf(own), before + 3, 'the last place given, the count of events, the empty stream');
  await close();
});

onServer('purge removes what is of this namespace, and nothing else', async (own) => {
  const [mine, other] = [await open(own), await open(own)];
  const before = await keysOf(own);
  for (const { port } of [mine, other]) {
    await port.agents.insert(agents);
    await port.events.append(messages(10));
  }
  const both = (await keysOf(own)) - before;
  await mine.purge?.();
  assert.is((await keysOf(own)) - before, both / 2);
  assert.is(await mine.port.agents.count({}), 0);
  assert.is(await other.port.agents.count({}), 100);
  await Promise.all([mine.close(), other.close()]);
});

onServer('a namespace with signs that mean something to SCAN is purged by the letter', async (own) => {
  const star = opened(
    await redisStorage.open({ ...freshPlace('none'), namespace: 'any*[a-z]?' }, own.address),
  );
  const other = opened(
    await redisStorage.open({ ...freshPlace('none'), namespace: 'anything' }, own.address),
  );
  for (const { port } of [star, other]) await port.agents.insert(agents);
  await star.purge?.();
  assert.is(await star.port.agents.count({}), 0);
  assert.is(await other.port.agents.count({}), 100);
  await other.purge?.();
  await Promise.all([star.close(), other.close()]);
});

onServer('half a surrogate pair in a field that is found by, and in a key', async (own) => {
  const { port, close } = await open(own);
  const odd = agent('a', { swarmId: 'odd \ud83d', owner: 'odd \udc00' });
  await port.agents.insert([odd]);
  assert.equal((await port.agents.find({ swarmId: 'odd \ud83d', owner: 'odd \udc00' }, { limit: 1 })).items, [
    odd,
  ]);
  assert.equal(await port.agents.update([{ ...odd, version: 2, swarmId: null }]), []);
  assert.is(await port.agents.count({ swarmId: 'odd \ud83d' }), 0);
  const event = { ...messages(1)[0], key: 'key \ud83d' } as ReturnType<typeof messages>[number];
  await port.events.append([event]);
  assert.equal((await port.events.read({ key: 'key \ud83d' }, { limit: 5 })).items, [event]);
  await port.events.prune(0);
  await close();
});

onServer('a listing by two conditions of which few hold for both is full to the last page', async (own) => {
  const { port, close } = await open(own);
  const many = Array.from({ length: 3_000 }, (_, index) =>
    agent(`agent-${index}`, { owner: 'node-1', status: index % 500 === 499 ? 'paused' : 'running' }),
  );
  await port.agents.insert(many);
  await port.agents.insert(
    agents.map((each) => ({ ...each, id: `other-${each.id}`, status: 'paused' as const })),
  );
  const sizes: number[] = [];
  for (let after: string | undefined, isMore = true; isMore; ) {
    const page = await port.agents.find(
      { owner: 'node-1', status: 'paused' },
      after === undefined ? { limit: 2 } : { limit: 2, after },
    );
    sizes.push(page.items.length);
    after = page.next;
    isMore = after !== undefined;
  }
  assert.equal(sizes, [2, 2, 2]);
  await close();
});

onServer('the server stands still: writes are TIMEOUT, reads UNAVAILABLE, and close returns', async () => {
  const own = await anotherRedis('none');
  const { port, close } = await open(own, { answerWithinMs: 200 });
  await port.agents.insert([agent('a')]);
  await own.pause();
  const asked = [
    port.agents.update([agent('a', { version: 2 })]),
    port.agents.insert([agent('b')]),
    port.events.append(messages(1)),
    port.agents.get('a'),
    port.agents.find({}, { limit: 1 }),
  ].map(codeOf);
  assert.equal(await Promise.all(asked), ['TIMEOUT', 'TIMEOUT', 'TIMEOUT', 'UNAVAILABLE', 'UNAVAILABLE']);
  assert.is(await codeOf(port.agents.insert([agent('c')])), 'UNAVAILABLE');
  await own.resume();
  await until('to be back', async () => (await codeOf(port.agents.get('a'))) === null);
  assert.is(await port.agents.get('c'), undefined, 'what was refused was not done');
  await own.pause();
  const last = codeOf(port.agents.insert([agent('d')]));
  await close();
  assert.is(await last, 'TIMEOUT');
  await own.close();
});

onServer('the server is full: FULL, a whole insert or nothing, and room can be made', async () => {
  const own = await anotherRedis('none');
  const { port, close } = await open(own);
  await port.agents.insert(agents);
  await port.events.append(messages(100));
  const limit = (bytes: string) =>
    withClient(own.address.url, (client) => client.config('SET', 'maxmemory', bytes));
  await limit('1');
  assert.is(await codeOf(port.agents.insert([agent('a'), agent('b')])), 'FULL');
  assert.is(
    await codeOf(port.agents.update([{ ...(agents[0] as ReturnType<typeof agent>), version: 2 }])),
    'FULL',
  );
  assert.is(await codeOf(port.events.append(messages(1))), 'FULL');
  assert.is(await port.agents.count({}), 100);
  assert.is(await port.agents.remove(agents.slice(0, 50).map(({ id }) => id)), 50);
  assert.is(await port.events.prune(10), 90);
  await limit('0');
  await port.agents.insert([agent('a'), agent('b')]);
  assert.is(await port.agents.count({}), 52);
  await close();
  await own.close();
});

test.run();
