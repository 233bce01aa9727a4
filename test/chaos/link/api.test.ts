/** The HTTP API, as Toxiproxy 2 has it: paths, fields, status codes, error bodies. */
import { test as register } from 'uvu';
import * as assert from 'uvu/assert';
import { startApi } from '../../../chaos/link/api.ts';
import { Relays } from '../../../chaos/link/relays.ts';
import { systemClock } from '../../../core/clock.ts';
import { connectTo, Host } from './tcp-kit.ts';

interface Reply {
  readonly status: number;
  /** Parsed; undefined where there was none. */
  readonly body: unknown;
}

type Call = (method: string, path: string, body?: unknown) => Promise<Reply>;

function test(name: string, run: (call: Call, relays: Relays, url: string) => Promise<void>): void {
  register(name, async () => {
    const relays = new Relays({ clock: systemClock, seed: 1 });
    const api = await startApi(relays, '127.0.0.1:0');
    try {
      const call: Call = async (method, path, body) => {
        const sent = typeof body === 'string' ? body : JSON.stringify(body);
        const response = await fetch(api.url + path, { method, ...(body !== undefined && { body: sent }) });
        const text = await response.text();
        return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
      };
      await run(call, relays, api.url);
    } finally {
      await api.close();
      await relays.close();
    }
  });
}

const upstream = '127.0.0.1:1';

test('a proxy, from its creation to its end', async (call, relays) => {
  const created = await call('POST', '/proxies', { name: 'redis', listen: 'localhost:0', upstream });
  const { port } = relays.get('redis').listen;
  const proxy = { name: 'redis', listen: `127.0.0.1:${port}`, upstream, enabled: true, toxics: [] };
  assert.equal(created, { status: 201, body: proxy });
  assert.equal(await call('GET', '/proxies/redis'), { status: 200, body: proxy });
  assert.equal(await call('GET', '/proxies'), { status: 200, body: { redis: proxy } });
  const off = { ...proxy, enabled: false };
  assert.equal(await call('POST', '/proxies/redis', { enabled: false }), { status: 200, body: off });
  await refused(relays.get('redis').listen);
  assert.equal(await call('PATCH', '/proxies/redis', { enabled: true }), { status: 200, body: proxy });
  const moved = await call('POST', '/proxies/redis', { upstream: '127.0.0.1:2' });
  assert.equal(moved, { status: 200, body: { ...proxy, upstream: '127.0.0.1:2' } });
  assert.equal(await call('DELETE', '/proxies/redis'), { status: 204, body: undefined });
  await refused({ host: '127.0.0.1', port });
  assert.equal(await call('GET', '/proxies'), { status: 200, body: {} });
});

async function refused(address: { readonly host: string; readonly port: number }): Promise<void> {
  const code = await connectTo(address).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code,
  );
  assert.is(code, 'ECONNREFUSED');
}

test('a toxic, from its creation to its end', async (call) => {
  await call('POST', '/proxies', { name: 'redis', upstream });
  const attributes = { latency: 80, jitter: 0 };
  const toxic = {
    attributes,
    name: 'latency_downstream',
    type: 'latency',
    stream: 'downstream',
    toxicity: 1,
  };
  const path = '/proxies/redis/toxics';
  assert.equal(await call('POST', path, { type: 'latency', attributes: { latency: 80 } }), {
    status: 200,
    body: toxic,
  });
  assert.equal(await call('GET', path), { status: 200, body: [toxic] });
  assert.equal(await call('GET', `${path}/latency_downstream`), { status: 200, body: toxic });
  const changed = { ...toxic, attributes: { latency: 80, jitter: 5 }, toxicity: 0.5 };
  const change = { attributes: { jitter: 5 }, toxicity: 0.5 };
  assert.equal(await call('POST', `${path}/latency_downstream`, change), { status: 200, body: changed });
  assert.equal(((await call('GET', '/proxies/redis')).body as { toxics: unknown }).toxics, [changed]);
  assert.equal(await call('DELETE', `${path}/latency_downstream`), { status: 204, body: undefined });
  assert.equal(await call('GET', path), { status: 200, body: [] });
});

test('streams are told apart, and named', async (call) => {
  await call('POST', '/proxies', { name: 'redis', upstream });
  for (const stream of ['upstream', 'downstream', 'both']) {
    const { body } = await call('POST', '/proxies/redis/toxics', { type: 'timeout', stream });
    assert.equal(body, {
      attributes: { timeout: 0 },
      name: `timeout_${stream}`,
      type: 'timeout',
      stream,
      toxicity: 1,
    });
  }
});

test('reset: everything is enabled, and no toxic is left', async (call) => {
  await call('POST', '/proxies', { name: 'off', upstream, enabled: false });
  await call('POST', '/proxies', { name: 'bad', upstream });
  await call('POST', '/proxies/bad/toxics', { type: 'down' });
  assert.equal(await call('POST', '/reset'), { status: 204, body: undefined });
  const proxies = Object.values((await call('GET', '/proxies')).body as object);
  assert.equal(
    proxies.map(({ enabled, toxics }) => [enabled, toxics.length]),
    [
      [true, 0],
      [true, 0],
    ],
  );
});

test('populate: creates, keeps what is the same, replaces what is not', async (call, relays) => {
  const first = await call('POST', '/populate', [
    { name: 'a', upstream },
    { name: 'b', upstream, enabled: false },
  ]);
  assert.is(first.status, 201);
  const { proxies } = first.body as { proxies: { name: string; listen: string; enabled: boolean }[] };
  assert.equal(
    proxies.map(({ name, enabled }) => [name, enabled]),
    [
      ['a', true],
      ['b', false],
    ],
  );
  await call('POST', '/proxies/a/toxics', { type: 'timeout' });
  const kept = relays.get('a');
  const again = await call('POST', '/populate', [
    { name: 'a', listen: proxies[0]?.listen, upstream },
    { name: 'b', upstream: '127.0.0.1:2' },
  ]);
  assert.is(again.status, 201);
  assert.is(relays.get('a'), kept);
  assert.is(kept.toxics.length, 1);
  assert.is(relays.get('b').upstream.port, 2);
});

test('populate looks at everything before it touches anything', async (call, relays) => {
  const cases: readonly (readonly [body: unknown, error: RegExp])[] = [
    [[{ name: 'a', upstream }, { name: 'b' }], /^missing required field: upstream at proxy 2$/],
    [[{ name: 'a', upstream }, { upstream }], /^missing required field: name at proxy 2$/],
    [
      [
        { name: 'a', upstream },
        { name: 'a', upstream },
      ],
      /duplicate proxy name "a"/,
    ],
    [
      [
        { name: 'a', upstream },
        { name: 'b', upstream: 'nowhere' },
      ],
      /^bad request body: "nowhere" is no address/,
    ],
    [{ name: 'a', upstream }, /^bad request body: not a list/],
  ];
  for (const [sent, error] of cases) {
    const { status, body } = await call('POST', '/populate', sent);
    const answer = body as { error: string; status: number; proxies: unknown[] };
    assert.equal([status, answer.status, answer.proxies], [400, 400, []]);
    assert.match(answer.error, error);
    assert.is(relays.all.length, 0);
  }
});

test('errors have the status and the words of Toxiproxy', async (call) => {
  await call('POST', '/proxies', { name: 'redis', upstream });
  await call('POST', '/proxies/redis/toxics', { type: 'timeout' });
  const toxics = '/proxies/redis/toxics';
  // biome-ignore format: a table
  const rows: readonly (readonly [method: string, path: string, body: unknown, status: number, error: RegExp])[] = [
    ['POST', '/proxies', '{', 400, /^bad request body: /],
    ['POST', '/proxies', '[]', 400, /^bad request body: not a JSON object$/],
    ['POST', '/proxies', { upstream }, 400, /^missing required field: name$/],
    ['POST', '/proxies', { name: 'x' }, 400, /^missing required field: upstream$/],
    ['POST', '/proxies', { name: 7, upstream }, 400, /^bad request body: name is not a string$/],
    ['POST', '/proxies', { name: 'x', upstream, enabled: 'yes' }, 400, /^bad request body: enabled is not/],
    ['POST', '/proxies', { name: 'x', upstream, listen: '0.0.0.0:0' }, 400, /^bad request body: .*other machines/],
    ['POST', '/proxies', { name: 'redis', upstream }, 409, /^proxy already exists$/],
    ['GET', '/proxies/nobody', undefined, 404, /^proxy not found$/],
    ['POST', '/proxies/nobody', {}, 404, /^proxy not found$/],
    ['DELETE', '/proxies/nobody', undefined, 404, /^proxy not found$/],
    ['GET', '/proxies/nobody/toxics', undefined, 404, /^proxy not found$/],
    ['POST', toxics, { type: 'timeout' }, 409, /^toxic already exists$/],
    ['POST', toxics, { type: 'nonsense' }, 400, /^invalid toxic type$/],
    ['POST', toxics, {}, 400, /^invalid toxic type$/],
    ['POST', toxics, { type: 'latency', stream: 'sideways' }, 400, /^stream was invalid, can be either upstream or downstream$/],
    ['POST', toxics, { type: 'latency', attributes: { latency: 'long' } }, 400, /^bad request body: latency: /],
    ['POST', toxics, { type: 'latency', toxicity: 'much' }, 400, /^bad request body: toxicity/],
    ['GET', `${toxics}/nothing`, undefined, 404, /^toxic not found$/],
    ['POST', `${toxics}/nothing`, {}, 404, /^toxic not found$/],
    ['DELETE', `${toxics}/nothing`, undefined, 404, /^toxic not found$/],
    ['GET', '/nonsense', undefined, 404, /^no such path$/],
    ['GET', '/%zz', undefined, 400, /^bad request body: /],
    ['DELETE', '/proxies', undefined, 405, /^method not allowed$/],
  ];
  for (const [method, path, sent, status, error] of rows) {
    const reply = await call(method, path, sent);
    const body = reply.body as { error: string; status: number };
    assert.equal([reply.status, body.status], [status, status], `${method} ${path} ${JSON.stringify(sent)}`);
    assert.match(body.error, error, `${method} ${path}`);
  }
});

test('a port that is taken is a 500, and leaves nothing', async (call, relays) => {
  const host = await Host.listen();
  try {
    const reply = await call('POST', '/proxies', { name: 'x', listen: host.address, upstream });
    assert.is(reply.status, 500);
    assert.match((reply.body as { error: string }).error, /the port is in use/);
    assert.is(relays.all.length, 0);
  } finally {
    host.close();
  }
});

test('a browser is not served', async (_call, _relays, url) => {
  const { status } = await fetch(`${url}/proxies`, { headers: { 'user-agent': 'Mozilla/5.0 (X11)' } });
  assert.is(status, 403);
});

test('the version is one that clients of Toxiproxy 2 know', async (call) => {
  const { status, body } = await call('GET', '/version');
  assert.is(status, 200);
  assert.match((body as { version: string }).version, /^2\.\d+\.\d+/);
});

register.run();
