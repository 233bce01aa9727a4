/**
 * A Redis of our own: private, killed and started again, and what each durability keeps; and servers that will not
 * do.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { redisBus, redisPubsubBus, redisStorage } from '../../adapters/redis/index.ts';
import { redisProgram } from '../../adapters/redis/server.ts';
import { serveProcess } from '../../adapters/servers/process-server.ts';
import {
  agent,
  anotherRedis,
  codeOf,
  errorOf,
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

onServer(
  'server: only its own user may look inside, and it listens on loopback alone',
  async ({ home, address }) => {
    assert.is(statSync(home.directory).mode & 0o077, 0);
    const bind = await withClient(address.url, (client) => client.config('GET', 'bind'));
    assert.equal(bind, ['bind', '127.0.0.1']);
  },
);

onServer('server: another that answers on the port is not taken for ours', async ({ address, home }) => {
  const program = redisProgram({ appendonly: 'no', appendfsync: 'no' });
  await program.ping(address, home, (server as NonNullable<typeof server>).pid);
  try {
    await program.ping(address, home, 1);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'not ours');
  }
});

const crashes = [
  ['none', false],
  ['process-crash', true],
  ['redis-everysec', true],
  ['power-loss', true],
] as const;

for (const [durability, keeps] of crashes) {
  onServer(
    `durability ${durability}: killed and started again, ${keeps ? 'nothing' : 'everything'} acknowledged is lost`,
    async () => {
      const own = await anotherRedis(durability);
      try {
        const place = freshPlace(durability);
        const bus = opened(await redisBus.open(place, own.address));
        const storage = opened(await redisStorage.open(place, own.address));
        await storage.port.agents.insert([agent('a'), agent('b')]);
        await storage.port.events.append(messages(250));
        for (let from = 1; from <= 200; from += 20) await bus.port.publish('events', messages(20, from));
        await Promise.all([bus.close(), storage.close()]);
        const { url } = own.address;
        await own.kill();
        await own.start();
        assert.is(own.address.url, url);
        const after = opened(await redisStorage.open(place, own.address));
        const afterBus = opened(await redisBus.open(place, own.address));
        assert.is(await after.port.agents.count({ status: 'running' }), keeps ? 2 : 0);
        assert.is(await after.port.events.count(), keeps ? 250 : 0);
        let seen = 0;
        await afterBus.port.subscribe('events', { from: 'earliest' }, (batch) => {
          seen += batch.length;
        });
        await afterBus.port.publish('events', messages(1, 201));
        const expected = keeps ? 201 : 1;
        await until('replay', () => seen >= expected);
        assert.is(seen, expected);
        await Promise.all([after.close(), afterBus.close()]);
      } finally {
        await own.close();
      }
    },
  );
}

onServer('a server that does something else than asked is refused by every adapter', async ({ address }) => {
  for (const adapter of [redisBus, redisStorage]) {
    const error = await errorOf(adapter.open(freshPlace('power-loss'), address));
    assert.is(error?.code, 'UNSUPPORTED');
    assert.match(error?.message ?? '', 'that is durability "none"');
  }
  assert.is(await codeOf(redisPubsubBus.open(freshPlace('process-crash'), address)), 'UNSUPPORTED');
});

onServer('facts are what the server says', async ({ address }) => {
  await withClient(address.url, (client) => client.config('SET', 'maxmemory-policy', 'allkeys-lru'));
  for (const adapter of [redisBus, redisPubsubBus, redisStorage]) {
    const { facts, close } = await adapter.open(freshPlace('none'), address);
    const version = execFileSync(redisProgram({ appendonly: 'no', appendfsync: 'no' }).binary, ['--version']);
    assert.match(version.toString(), String(facts['serverVersion']));
    assert.is(facts['appendonly'], 'no');
    assert.is(facts['maxmemoryPolicy'], 'allkeys-lru');
    await close();
  }
  await withClient(address.url, (client) => client.config('SET', 'maxmemory-policy', 'noeviction'));
});

onServer(
  'a server that forbids CONFIG: what it does is unknown, and only none is believed',
  async ({ address }) => {
    await withClient(address.url, async (client) => {
      await client.acl('SETUSER', 'hosted', 'on', '>pass', '~*', '&*', '+@all', '-config');
    });
    const url = address.url.replace('redis://', 'redis://hosted:pass@');
    const { facts, close } = await redisStorage.open(freshPlace('none'), { url });
    assert.is(facts['appendonly'], 'unknown');
    await close();
    assert.is(await codeOf(redisStorage.open(freshPlace('process-crash'), { url })), 'UNSUPPORTED');
  },
);

onServer(
  'wrong password, no password, no such database: INVALID_CONFIG, and no password in sight',
  async () => {
    const own = await serveProcess(
      {
        ...redisProgram({ appendonly: 'no', appendfsync: 'no' }),
      },
      { directory: freshPlace('none').directory },
    );
    try {
      await withClient(own.address.url, (client) => client.config('SET', 'requirepass', 'right'));
      const at = (user: string) => ({ url: own.address.url.replace('redis://', `redis://${user}`) });
      const cases = [at(':wrong-password@'), at('nobody:wrong-password@'), at('')];
      for (const adapter of [redisBus, redisStorage]) {
        for (const address of cases) {
          const error = await errorOf(adapter.open(freshPlace('none'), address));
          assert.is(error?.code, 'INVALID_CONFIG', address.url);
          assert.not.match(inspect(error, { depth: 10 }), 'wrong-password');
        }
      }
      const { close } = await redisStorage.open(freshPlace('none'), at(':right@'));
      await close();
      const database = { url: `${at(':right@').url}/99` };
      assert.is(await codeOf(redisStorage.open(freshPlace('none'), database)), 'INVALID_CONFIG');
      assert.not.match(readFileSync(`${own.home.directory}/server.log`, 'utf8'), 'wrong-password');
    } finally {
      await own.close();
    }
  },
);

async function listen(
  onConnection: (socket: import('node:net').Socket) => void,
): Promise<{ server: Server; url: string }> {
  const listener = createServer((socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return { server: listener, url: `redis://127.0.0.1:${(listener.address() as { port: number }).port}` };
}

test('nobody there, nobody who answers, somebody else: UNAVAILABLE, in words', async () => {
  const silent = await listen(() => {});
  const web = await listen((socket) =>
    socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  const gone = await listen(() => {});
  await new Promise((resolve) => gone.server.close(resolve));
  const cases = [
    [gone.url, 'connection refused'],
    [silent.url, 'does not answer'],
    [web.url, 'redis at 127.0.0.1'],
  ] as const;
  for (const [url, words] of cases) {
    const error = await errorOf(redisStorage.open(freshPlace('none', { answerWithinMs: 100 }), { url }));
    assert.is(error?.code, 'UNAVAILABLE', words);
    assert.match(error?.message ?? '', words);
  }
  for (const { server: listener } of [silent, web]) {
    listener.close();
  }
});

test('no address, no URL: INVALID_CONFIG', async () => {
  assert.is(await codeOf(redisBus.open(freshPlace('none'))), 'INVALID_CONFIG');
  assert.is(await codeOf(redisBus.open(freshPlace('none'), { url: 'localhost:6379' })), 'INVALID_CONFIG');
});

test.run();
