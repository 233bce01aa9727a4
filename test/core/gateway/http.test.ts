/** The HTTP surface of a gateway, as a table of what is asked in turn and what is answered. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ErrorCode, TestbedError } from '../../../core/error.ts';
import { operations } from '../../../core/gateway/operations/table.ts';
import { refusalOf, statuses } from '../../../core/gateway/problems.ts';
import { settle } from '../stand.ts';
import { gatewayApp } from './app.ts';

type Ask = readonly [method: 'GET' | 'POST', url: string, body?: unknown];
type Row = readonly [asked: Ask, status: number, answered?: { readonly [name: string]: unknown }];

async function ask(app: Awaited<ReturnType<typeof gatewayApp>>, [method, url, body]: Ask) {
  const sent = body === undefined ? {} : { payload: JSON.stringify(body), headers: jsonType };
  const answer = await app.http.inject({ method, url, ...sent });
  return { status: answer.statusCode, body: answer.json() as { readonly [name: string]: unknown } };
}

const jsonType = { 'content-type': 'application/json' };

/** Every one that is named is what was answered; the others do not matter. */
function matches(found: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return Object.is(found, wanted);
  if (typeof found !== 'object' || found === null) return false;
  return Object.entries(wanted).every(([name, value]) =>
    matches((found as { [name: string]: unknown })[name], value),
  );
}

function code(name: string): { readonly error: { readonly code: string } } {
  return { error: { code: name } };
}

const story: readonly Row[] = [
  [
    ['POST', '/agents', { id: 'a', task: { do: ['this'] }, session: 7 }],
    201,
    { id: 'a', status: 'running', version: 2, session: 7 },
  ],
  [['POST', '/agents'], 201, { status: 'running', task: null }],
  [['POST', '/agents', { id: 'a' }], 409, code('DUPLICATE')],
  [
    ['POST', '/agents/batch', { agents: [{ id: 'b', parentId: 'a' }, { id: 'c' }] }],
    201,
    { agents: [{ id: 'b', parentId: 'a' }, { id: 'c' }] },
  ],
  [['POST', '/agents/batch', { agents: [{ id: 'd' }, { id: 'a' }] }], 409, code('DUPLICATE')],
  [['GET', '/agents/d'], 404, code('NOT_FOUND')],
  [['GET', '/agents/a'], 200, { id: 'a', task: { do: ['this'] }, error: null }],
  [['GET', '/agents/a/children'], 200, { items: [{ id: 'b' }] }],
  [['GET', '/counts/agents?status=running'], 200, { count: 4 }],
  [['POST', '/agents/a/pause'], 200, { status: 'paused', version: 3 }],
  [['POST', '/agents/a/pause'], 409, code('ILLEGAL_TRANSITION')],
  [['GET', '/agents?status=paused'], 200, { items: [{ id: 'a' }] }],
  [['POST', '/agents/a/remember', { session: [1] }], 200, { session: [1] }],
  [['POST', '/agents/a/resume'], 200, { status: 'running', session: [1] }],
  [['POST', '/agents/a/complete', { result: 'done' }], 200, { status: 'completed', result: 'done' }],
  [['POST', '/agents/a/kill'], 409, code('ILLEGAL_TRANSITION')],
  [['POST', '/agents/b/fail', { error: 'no luck' }], 200, { status: 'failed', error: 'no luck' }],
  [['POST', '/agents/b/fail', {}], 400, code('INVALID_ARGUMENT')],
  [['POST', '/agents/c/kill', { cascade: true }], 200, { status: 'killed' }],
  [['POST', '/agents/nobody/kill'], 404, code('NOT_FOUND')],
  [['POST', '/forget/agents', { endedForMs: 0 }], 200, { forgotten: 3 }],
  [['GET', '/agents/a'], 404, code('NOT_FOUND')],
  [['POST', '/swarms', { id: 's', strategy: 'tree', size: 2 }], 201, { id: 's', status: 'active', size: 2 }],
  [['POST', '/swarms', { id: 's', strategy: 'tree', size: 2 }], 409, code('DUPLICATE')],
  [['POST', '/swarms', { id: 't', strategy: 'best', size: 2 }], 400, code('INVALID_ARGUMENT')],
  [['POST', '/swarms/s/scale', { size: 3 }], 200, { size: 3, status: 'active' }],
  [['GET', '/counts/agents?swarmId=s'], 200, { count: 3 }],
  [['POST', '/swarms/s/pause'], 200, { status: 'paused' }],
  [['GET', '/swarms?status=paused'], 200, { items: [{ id: 's' }] }],
  [['POST', '/swarms/s/resume'], 200, { status: 'active' }],
  [['POST', '/swarms/s/destroy'], 200, { status: 'destroyed' }],
  [['GET', '/swarms/s'], 200, { status: 'destroyed' }],
  [['GET', '/swarms/none'], 404, code('NOT_FOUND')],
  [['GET', '/health'], 200, { status: 'ok', node: 'main' }],
  [['GET', '/ready'], 200, { status: 'ready' }],
];

test('agents and swarms, from spawn to the end', async () => {
  const app = await gatewayApp();
  for (const [asked, status, answered = {}] of story) {
    const found = await ask(app, asked);
    const said = `${asked.join(' ')}: ${found.status} ${JSON.stringify(found.body)}`;
    assert.is(found.status, status, said);
    assert.ok(matches(found.body, answered), said);
  }
  assert.equal(app.faults, []);
  await app.close();
});

const wrong: readonly Row[] = [
  [['GET', '/agents?limit=0'], 400],
  [['GET', '/agents?limit=10001'], 400],
  [['GET', '/agents?limit=ten'], 400],
  [['GET', '/agents?limit=1&limit=2'], 400],
  [['GET', '/agents?statuss=running'], 400],
  [['GET', '/agents?status=asleep'], 400],
  [['GET', '/agents/a.b'], 400],
  [['GET', `/agents/${'x'.repeat(201)}`], 400],
  [['GET', '/agents/%00'], 400],
  [['GET', '/agents/%zz'], 400],
  [['GET', '/nowhere'], 404],
  [['POST', '/agents', []], 400],
  [['POST', '/agents', { id: 7 }], 400],
  [['POST', '/agents', { id: 'x y' }], 400],
  [['POST', '/agents', { id: '\ud800' }], 400],
  [['POST', '/agents', { status: 'running' }], 400],
  [['POST', '/agents/batch', { agents: [] }], 400],
  [['POST', '/agents/batch'], 400],
  [['POST', '/events', { type: 'nothing', agentId: 'a' }], 400],
  [['POST', '/events', { type: 'error' }], 400],
  [
    [
      'POST',
      '/events/batch',
      {
        events: [
          { type: 'error', agentId: 'a' },
          { type: 'error', agentId: 'a', stamp: { producer: 1, sequence: 1, at: 1, sentAt: 1 } },
        ],
      },
    ],
    400,
  ],
  [
    [
      'POST',
      '/events',
      { type: 'error', agentId: 'a', stamp: { producer: 0, sequence: 1, at: 1, sentAt: 1 } },
    ],
    400,
  ],
  [['POST', '/messages', { topic: 'a..b', type: 'x' }], 400],
  [['POST', '/messages', { topic: 'a.*', type: 'x' }], 400],
  [['GET', '/events?after=yesterday'], 400],
];

test('what a client does wrong is refused by name', async () => {
  const app = await gatewayApp();
  for (const [asked, status] of wrong) {
    const found = await ask(app, asked);
    const said = `${asked.join(' ')}: ${found.status} ${JSON.stringify(found.body)}`;
    assert.is(found.status, status, said);
    assert.match((found.body['error'] as { code: string }).code, /^(INVALID_ARGUMENT|NOT_FOUND)$/, said);
  }
  assert.equal(app.faults, []);
  await app.close();
});

const bodies: readonly (readonly [what: string, type: string, payload: string | Buffer, status: number])[] = [
  ['no JSON', 'application/json', '{"id":', 400],
  ['wrong UTF-8', 'application/json', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400],
  ['too deep', 'application/json', `{"task":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400],
  ['beyond all numbers', 'application/json', '{"task":1e999}', 400],
  ['half a character', 'application/json', '{"task":"\\ud800"}', 400],
  ['a form', 'application/x-www-form-urlencoded', 'id=a', 415],
  ['a text', 'text/plain', 'a', 415],
  ['too large', 'application/json', `{"task":"${'x'.repeat(300_000)}"}`, 413],
  ['a prototype', 'application/json', '{"__proto__":{"id":"a"}}', 400],
];

test('a body that is none is refused, and what it held has not happened', async () => {
  const app = await gatewayApp({ limits: { bodyBytes: 250_000 } });
  for (const [what, type, payload, status] of bodies) {
    const answer = await app.http.inject({
      method: 'POST',
      url: '/agents',
      payload,
      headers: { 'content-type': type },
    });
    assert.is(answer.statusCode, status, `${what}: ${answer.body}`);
  }
  assert.is(await app.orchestrator.count({}), 0);
  assert.equal(app.faults, []);
  await app.close();
});

test('events are published one by one, in batches, and read in pages', async () => {
  const app = await gatewayApp();
  const stamp = (sequence: number) => ({ producer: 9, sequence, at: 5, sentAt: 6 });
  await ask(app, ['POST', '/events', { type: 'turn_start', agentId: 'a', swarmId: 's', data: 'one' }]);
  const events = [2, 3].map((sequence) => ({ type: 'turn_end', agentId: 'b', stamp: stamp(sequence) }));
  assert.equal(await ask(app, ['POST', '/events/batch', { events }]), { status: 202, body: { accepted: 2 } });
  await settle();
  const first = (await ask(app, ['GET', '/events?limit=2'])).body as {
    items: { key: string }[];
    next: string;
  };
  assert.equal(
    first.items.map(({ key }) => key),
    ['a', 'b'],
  );
  const second = (await ask(app, ['GET', `/events?after=${first.next}`])).body as typeof first;
  assert.equal(second.items, [
    { key: 'b', type: 'turn_end', swarmId: '', producer: 9, sequence: 3, at: 5, sentAt: 6, data: null },
  ]);
  assert.equal((await ask(app, ['GET', `/events?after=${second.next}`])).body, {
    items: [],
    missed: 0,
    next: second.next,
  });
  const ends = (await ask(app, ['GET', '/events?type=turn_end&type=error'])).body as typeof first;
  assert.is(ends.items.length, 2);
  assert.is(((await ask(app, ['GET', '/events?swarmId=s'])).body as typeof first).items.length, 1);
  await app.close();
});

test('messages reach whoever has subscribed to their topic', async () => {
  const app = await gatewayApp();
  const seen: unknown[] = [];
  await app.orchestrator.messages.subscribe(
    'task.*.updates',
    (messages) => void seen.push(...messages.map(({ data }) => data)),
  );
  await ask(app, ['POST', '/messages', { topic: 'task.one.updates', type: 'update', data: 1 }]);
  await ask(app, [
    'POST',
    '/messages/batch',
    { messages: [{ topic: 'task.two.updates', type: 'update', data: [2] }] },
  ]);
  await settle();
  assert.equal(seen, [1, [2]]);
  await app.close();
});

test('each code of ours has its status, and a mistake of a client never a 5xx', () => {
  const clients: readonly ErrorCode[] = [
    'INVALID_ARGUMENT',
    'INVALID_CONFIG',
    'UNAUTHORIZED',
    'NOT_FOUND',
    'CONFLICT',
    'DUPLICATE',
    'ILLEGAL_TRANSITION',
    'OUT_OF_RANGE',
    'NOT_OWNER',
  ];
  for (const [name, status] of Object.entries(statuses)) {
    assert.is(status >= 500, !clients.includes(name as ErrorCode), name);
    assert.equal(refusalOf(new TestbedError(name as ErrorCode, 'words')), {
      status,
      body: { error: { code: name, message: 'words' } },
    });
  }
});

test('a mistake of our own says nothing of itself to a client, and is reported', async () => {
  const app = await gatewayApp();
  app.storage.agents.get = () => Promise.reject(new Error('the secret of line 7'));
  const { status, body } = await ask(app, ['GET', '/agents/a']);
  assert.is(status, 500);
  assert.equal((body['error'] as { code: string }).code, 'INTERNAL');
  assert.not.match(JSON.stringify(body), /secret/);
  assert.match(app.faults.join(), /GET \/agents\/:id: Error: the secret of line 7/);
  await app.close();
});

test('who is let in', async () => {
  const token = 'correct-horse-battery';
  const guarded = await gatewayApp({ host: '0.0.0.0', token });
  const bare = await gatewayApp();
  const rows = [
    [guarded, '/counts/agents', {}, 401],
    [guarded, '/counts/agents', { authorization: 'Bearer wrong-horse-battery' }, 401],
    [guarded, '/counts/agents', { authorization: token }, 401],
    [guarded, '/counts/agents', { authorization: `Bearer ${token}` }, 200],
    [
      guarded,
      '/counts/agents',
      { authorization: `Bearer ${token}`, host: 'example.org', origin: 'http://example.net' },
      200,
    ],
    [guarded, '/nowhere', {}, 401],
    [guarded, '/metrics', {}, 401],
    [guarded, '/health', {}, 200],
    [guarded, '/ready', {}, 200],
    [bare, '/counts/agents', {}, 200],
    [bare, '/counts/agents', { host: '127.0.0.1:80' }, 200],
    [bare, '/counts/agents', { host: '[::1]:80' }, 200],
    [bare, '/counts/agents', { host: 'example.org' }, 403],
    [bare, '/counts/agents', { host: 'localhost:80', origin: 'http://localhost:80' }, 200],
    [bare, '/counts/agents', { host: 'localhost:80', origin: 'http://example.org' }, 403],
    [bare, '/counts/agents', { host: 'localhost:80', origin: 'null' }, 403],
  ] as const;
  for (const [app, url, headers, status] of rows) {
    const answer = await app.http.inject({ method: 'GET', url, headers });
    assert.is(answer.statusCode, status, `${url} ${JSON.stringify(headers)}: ${answer.body}`);
  }
  await guarded.close();
  await bare.close();
});

test('more than its rate is refused, and let in again when time has passed', async () => {
  const app = await gatewayApp({ limits: { requestsPerS: 2 } });
  const asked = async () => (await ask(app, ['GET', '/health'])).status;
  assert.equal(
    [await asked(), await asked(), await asked(), await asked(), await asked()],
    [200, 200, 200, 200, 429],
  );
  await app.clock.advance(500);
  assert.equal([await asked(), await asked()], [200, 429]);
  await app.close();
});

test('not ready while it is stopped, nor while the storage says nothing', async () => {
  const app = await gatewayApp({}, { patience: { attempts: 0 } });
  app.draining = true;
  assert.is((await ask(app, ['GET', '/ready'])).status, 503);
  app.draining = false;
  app.storage.agents.get = () => Promise.reject(new TestbedError('UNAVAILABLE', 'gone'));
  assert.equal((await ask(app, ['GET', '/ready'])).body, { error: { code: 'UNAVAILABLE', message: 'gone' } });
  assert.is((await ask(app, ['GET', '/health'])).status, 200);
  await app.close();
});

test('metrics are in the text format of Prometheus', async () => {
  const app = await gatewayApp();
  await ask(app, ['POST', '/agents', { id: 'a' }]);
  await ask(app, ['GET', '/agents/b']);
  const text = (await app.http.inject({ method: 'GET', url: '/metrics' })).body;
  assert.match(text, /^testbed_requests_total\{operation="spawnAgent",status="201"\} 1$/m);
  assert.match(text, /^testbed_requests_total\{operation="getAgent",status="404"\} 1$/m);
  for (const line of text.trimEnd().split('\n'))
    assert.match(
      line,
      /^(# (HELP|TYPE) testbed_\w+ .+|testbed_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.e+-]+)$/,
    );
  await app.close();
});

test('the document tells of every operation, and refers to nothing that is not there', async () => {
  const app = await gatewayApp();
  const text = (await app.http.inject({ method: 'GET', url: '/openapi.json' })).body;
  const document = JSON.parse(text) as {
    paths: { [path: string]: { [method: string]: { operationId: string } } };
    components: { schemas: object };
  };
  const told = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  assert.equal(told.sort(), [...operations.map(({ name }) => name), 'health', 'ready'].sort());
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
    assert.ok(name && Object.hasOwn(document.components.schemas, name), name);
  await app.close();
});

test.run();
