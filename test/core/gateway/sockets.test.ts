/** The WebSocket of a gateway, over real sockets. */
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocket } from 'ws';
import { Client, type Frame } from './client.ts';
import { gateways, type Site } from './gateways.ts';

function draft(agentId: string, data: unknown, type = 'text_delta'): object {
  return { type, agentId, data };
}

function publish(client: Client, ...events: readonly object[]): Promise<Frame> {
  return client.ask({ do: 'publish', events });
}

const subscribe = { do: 'subscribe', channel: 'events' };

test('what is published through one gateway is seen through another, by type and by agent', async () => {
  const [one, other] = (await gateways(2)) as [Site, Site];
  const [writer, all, some, ofB] = await Promise.all([
    Client.open(one.url),
    Client.open(other.url),
    Client.open(other.url),
    Client.open(one.url),
  ]);
  assert.ok((await all.ask(subscribe)).ok);
  await some.ask({ ...subscribe, types: ['error', 'turn_end'] });
  await ofB.ask({ ...subscribe, agentId: 'b' });
  const answer = await publish(
    writer,
    draft('a', 1),
    draft('b', 2, 'error'),
    draft('b', 3),
    draft('a', 4, 'turn_end'),
  );
  assert.equal(answer.result, { accepted: 4 });
  await Promise.all([
    all.until(() => all.data.length === 4),
    some.until(() => some.data.length === 2),
    ofB.until(() => ofB.data.length === 2),
  ]);
  assert.equal(
    [all.data, some.data, ofB.data],
    [
      [1, 2, 3, 4],
      [2, 4],
      [2, 3],
    ],
  );
  await fetch(`${other.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(draft('b', 5)),
  });
  await ofB.until(() => ofB.data.length === 3);
  await Promise.all([one.close(), other.close()]);
  assert.equal(await all.closed, 1001);
  assert.equal([...one.faults, ...other.faults], []);
});

test('messages come by pattern, and a subscription ends when it is asked to', async () => {
  const [site] = (await gateways(1)) as [Site];
  const client = await Client.open(site.url);
  const { result } = await client.ask({ do: 'subscribe', channel: 'messages', pattern: 'task.*.updates' });
  await client.ask({
    do: 'publish',
    messages: [
      { topic: 'task.one.updates', type: 'update', data: 1 },
      { topic: 'system.alerts', type: 'alert', data: 2 },
    ],
  });
  await client.until(() => client.data.length === 1);
  assert.equal(client.frames.at(-1)?.messages?.[0]?.key, 'task.one.updates');
  assert.ok((await client.ask({ do: 'unsubscribe', subscription: result?.['subscription'] })).ok);
  await client.ask({ do: 'publish', messages: [{ topic: 'task.one.updates', type: 'update', data: 3 }] });
  await client.ask({ do: 'ping' });
  assert.equal(client.data, [1]);
  await site.close();
});

test('every operation can be called', async () => {
  const [site] = (await gateways(1)) as [Site];
  const client = await Client.open(site.url);
  const call = (operation: string, parts: object = {}): Promise<Frame> =>
    client.ask({ do: 'call', operation, ...parts });
  assert.is((await call('spawnAgent', { body: { id: 'a' } })).result?.['status'], 'running');
  assert.is((await call('pauseAgent', { path: { id: 'a' } })).result?.['status'], 'paused');
  assert.is((await call('pauseAgent', { path: { id: 'a' } })).error?.code, 'ILLEGAL_TRANSITION');
  const { result } = await call('listAgents', { query: { status: 'paused' } });
  assert.is((result as { readonly items: readonly unknown[] }).items.length, 1);
  await site.close();
});

const wrong: readonly (readonly [frame: object, code: string])[] = [
  [{}, 'INVALID_ARGUMENT'],
  [{ do: 'dance' }, 'INVALID_ARGUMENT'],
  [{ do: 'subscribe' }, 'INVALID_ARGUMENT'],
  [{ do: 'subscribe', channel: 'letters' }, 'INVALID_ARGUMENT'],
  [{ ...subscribe, types: ['dance'] }, 'INVALID_ARGUMENT'],
  [{ ...subscribe, pattern: '#' }, 'INVALID_ARGUMENT'],
  [{ do: 'subscribe', channel: 'messages', pattern: 'a.#.b' }, 'INVALID_ARGUMENT'],
  [{ do: 'subscribe', channel: 'messages', agentId: 'a' }, 'INVALID_ARGUMENT'],
  [{ ...subscribe, after: 'yesterday' }, 'INVALID_ARGUMENT'],
  [{ do: 'unsubscribe', subscription: 7 }, 'NOT_FOUND'],
  [{ do: 'publish' }, 'INVALID_ARGUMENT'],
  [{ do: 'publish', events: [{ type: 'error' }] }, 'INVALID_ARGUMENT'],
  [{ do: 'call', operation: 'dance' }, 'NOT_FOUND'],
  [{ do: 'call', operation: 'getAgent' }, 'INVALID_ARGUMENT'],
  [{ do: 'call', operation: 'getAgent', path: { id: 'nobody' } }, 'NOT_FOUND'],
];

test('a frame that is wrong is refused by name, and the WebSocket goes on', async () => {
  const [site] = (await gateways(1)) as [Site];
  const client = await Client.open(site.url);
  for (const [frame, code] of wrong) {
    const answer = await client.ask(frame);
    assert.is(answer.error?.code, code, `${JSON.stringify(frame)}: ${JSON.stringify(answer)}`);
  }
  client.socket.send('{"id":');
  await client.until(() =>
    client.frames.find(({ id, error }) => id === undefined && error?.code === 'INVALID_ARGUMENT'),
  );
  await client.ask(subscribe);
  assert.is((await client.ask(subscribe)).error?.code, 'DUPLICATE');
  assert.equal(site.faults, []);
  await site.close();
});

test('who comes back with an offset misses nothing, at the gateway where it was and at another', async () => {
  const [one, other] = (await gateways(2)) as [Site, Site];
  const [writer, first] = [await Client.open(one.url), await Client.open(one.url)];
  await first.ask({ ...subscribe, types: ['text_delta'] });
  await publish(writer, draft('a', 1));
  await first.until(() => first.data.length === 1);
  const { offset } = first;
  first.socket.terminate();
  for (const data of [2, 3, 4]) await publish(writer, draft('a', data), draft('a', 'no', 'error'));
  const back = await Client.open(one.url);
  const { result } = await back.ask({ ...subscribe, types: ['text_delta'], after: offset });
  await publish(writer, draft('a', 5));
  await back.until(() => back.data.length === 4);
  const elsewhere = await Client.open(other.url);
  await elsewhere.ask({ ...subscribe, types: ['text_delta'], after: offset });
  await elsewhere.until(() => elsewhere.data.length === 4);
  await publish(writer, draft('a', 6), draft('a', 7));
  await Promise.all([
    back.until(() => back.data.length === 6),
    elsewhere.until(() => elsewhere.data.length === 6),
  ]);
  for (const { data } of [back, elsewhere]) assert.equal(data, [2, 3, 4, 5, 6, 7]);
  for (const { events, subscription } of back.frames)
    if (events) assert.is(subscription, result?.['subscription']);
  await Promise.all([one.close(), other.close()]);
  assert.equal([...one.faults, ...other.faults], []);
});

const block = 'x'.repeat(10_000);

test('one that does not keep up is closed, the others have everything, and it gets the rest when it comes back', async () => {
  const [site] = (await gateways(1, { limits: { queueBytes: 50_000 } })) as [Site];
  const [writer, slow, quick] = (await Promise.all([1, 2, 3].map(() => Client.open(site.url)))) as [
    Client,
    Client,
    Client,
  ];
  await slow.ask(subscribe);
  await quick.ask(subscribe);
  slow.socket.pause();
  let sent = 0;
  const metrics = async (): Promise<string> => (await fetch(`${site.url}/metrics`)).text();
  for (let closed = false; !closed && sent < 3000; closed = /slow_closed_total [1-9]/.test(await metrics())) {
    for (let many = 0; many < 50; many++) await publish(writer, draft('a', `${++sent} ${block}`));
  }
  assert.ok(sent < 3000, 'it was never found slow');
  await quick.until(() => quick.data.length === sent);
  slow.socket.resume();
  assert.is(await slow.closed, 1013);
  assert.ok(slow.data.length < sent);
  const back = await Client.open(site.url);
  await back.ask({ ...subscribe, after: slow.offset });
  await back.until(() => slow.data.length + back.data.length === sent);
  assert.equal(
    [...slow.data, ...back.data].map((data) => Number.parseInt(String(data), 10)),
    Array.from({ length: sent }, (_, at) => at + 1),
  );
  await site.close();
});

test('who comes back for more than may wait is not closed for it again', async () => {
  const [site] = (await gateways(1, { limits: { queueBytes: 50_000 } })) as [Site];
  const [writer, back] = [await Client.open(site.url), await Client.open(site.url)];
  const first = await Client.open(site.url);
  await first.ask(subscribe);
  await publish(writer, draft('a', 'the first'));
  const { offset: after } = await first.until(() => first.frames.find(({ events }) => events !== undefined));
  first.socket.terminate();
  // More than the kernel takes of one WebSocket at once.
  const many = 24;
  for (let sent = 0; sent < many; sent++) await publish(writer, draft('a', 'x'.repeat(500_000)));
  await back.ask({ ...subscribe, after });
  await back.until(() => back.data.length === many);
  await site.close();
});

test('with the policy drop it is told how much it has missed', async () => {
  const [site] = (await gateways(1, { slow: 'drop', limits: { queueBytes: 50_000 } })) as [Site];
  const [writer, slow] = [await Client.open(site.url), await Client.open(site.url)];
  await slow.ask(subscribe);
  slow.socket.pause();
  let sent = 0;
  const dropped = async (): Promise<boolean> =>
    /events_dropped_total [1-9]/.test(await (await fetch(`${site.url}/metrics`)).text());
  while (sent < 3000 && !(await dropped()))
    for (let many = 0; many < 50; many++) await publish(writer, draft('a', `${++sent} ${block}`));
  slow.socket.resume();
  // What it had taken in meanwhile comes first; then there is room again.
  while (!slow.frames.some(({ dropped: missed }) => missed !== undefined)) {
    await publish(writer, draft('a', ++sent));
    await slow.ask({ do: 'ping' });
  }
  const missed = slow.frames.reduce((sum, frame) => sum + (frame.dropped ?? 0), 0);
  await slow.until(() => slow.data.length + missed === sent);
  await site.close();
});

test('who is not let in gets an answer of HTTP', async () => {
  const token = 'correct-horse-battery';
  const [guarded] = (await gateways(1, { token })) as [Site];
  const [bare] = (await gateways(1)) as [Site];
  const rows = [
    [guarded.url, '/ws', {}, 401],
    [guarded.url, '/ws', { authorization: 'Bearer wrong' }, 401],
    [bare.url, '/elsewhere', {}, 404],
    [bare.url, '/ws', { origin: 'http://example.org' }, 403],
    [bare.url, '/ws', { host: 'example.org' }, 403],
  ] as const;
  for (const [url, path, headers, status] of rows) {
    const socket = new WebSocket(url.replace('http', 'ws') + path, { headers });
    const [, answer] = (await once(socket, 'unexpected-response')) as [
      unknown,
      { readonly statusCode: number },
    ];
    assert.is(answer.statusCode, status, `${path} ${JSON.stringify(headers)}`);
    socket.on('error', () => {});
    socket.terminate();
  }
  const client = await Client.open(guarded.url, { authorization: `Bearer ${token}` });
  assert.ok((await client.ask({ do: 'ping' })).ok);
  await Promise.all([guarded.close(), bare.close()]);
});

test('what is too large or no text ends that WebSocket and no other', async () => {
  const [site] = (await gateways(1, { limits: { bodyBytes: 1000 } })) as [Site];
  const [large, garbled, other] = (await Promise.all([1, 2, 3].map(() => Client.open(site.url)))) as [
    Client,
    Client,
    Client,
  ];
  large.socket.send('x'.repeat(2000));
  assert.is(await large.closed, 1009);
  garbled.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
  assert.is(await garbled.closed, 1007);
  assert.ok((await other.ask({ do: 'ping' })).ok);
  assert.equal(site.faults, []);
  await site.close();
});

test('one that does not answer a ping is ended', async () => {
  const [site] = (await gateways(1, { limits: { pingMs: 50 } })) as [Site];
  const alive = await Client.open(site.url);
  const dead = new WebSocket(`${site.url.replace('http', 'ws')}/ws`, { autoPong: false });
  assert.is((await once(dead, 'close'))[0], 1006);
  assert.ok((await alive.ask({ do: 'ping' })).ok);
  await site.close();
});

test.run();
