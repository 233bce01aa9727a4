/** What each toxic does to real connections. Nothing here depends on how fast anything is. */
import { test as register } from 'uvu';
import * as assert from 'uvu/assert';
import type { Relay } from '../../../chaos/link/relay.ts';
import { Relays } from '../../../chaos/link/relays.ts';
import { type ToxicInput, toToxic } from '../../../chaos/link/toxic.ts';
import { type Clock, systemClock } from '../../../core/clock.ts';
import { createRandom } from '../../../core/random.ts';
import { FakeClock } from '../../doubles/fake-clock.ts';
import { connectTo, type End, Host, until } from './tcp-kit.ts';

interface Line {
  readonly relay: Relay;
  readonly host: Host;
  /** A new connection, and what the server has of it once it has come through. */
  client(): Promise<End>;
  pair(): Promise<readonly [client: End, server: End]>;
  /** The toxic's name. */
  add(toxic: ToxicInput): Promise<string>;
}

function test(
  name: string,
  run: (line: Line) => Promise<void>,
  { clock = systemClock }: { clock?: Clock } = {},
): void {
  register(name, async () => {
    const relays = new Relays({ clock, seed: 1 });
    const host = await Host.listen();
    const clients: End[] = [];
    try {
      const relay = await relays.create({ name: 'line', upstream: host.address });
      const client = async (): Promise<End> => {
        const end = await connectTo(relay.listen);
        clients.push(end);
        return end;
      };
      await run({
        relay,
        host,
        client,
        async pair() {
          const ours = await client();
          return [ours, await host.end(host.ends.length + 1)];
        },
        async add(input) {
          const toxic = toToxic(input);
          await relay.add(toxic);
          return toxic.name;
        },
      });
    } finally {
      for (const { socket } of clients) socket.destroy();
      host.close();
      await relays.close();
    }
  });
}

/** Whatever may still be under way in the kernel has arrived: the link has read `bytes` in that direction. */
const read = (relay: Relay, direction: 'up' | 'down', bytes: number): Promise<void> =>
  until(`${bytes} bytes were read`, () => relay.stats[direction].received >= bytes);

test('both directions, and how much of it', async ({ relay, pair }) => {
  const [client, server] = await pair();
  client.socket.write('question');
  await server.hears(8);
  server.socket.write('answer');
  await client.hears(6);
  assert.is(server.text, 'question');
  assert.is(client.text, 'answer');
  assert.equal(relay.stats, {
    connections: { open: 1, accepted: 1 },
    up: { received: 8, sent: 8 },
    down: { received: 6, sent: 6 },
  });
});

test('half-close: the end of one side leaves the other open', async ({ relay, pair }) => {
  const [client, server] = await pair();
  client.socket.end('last words');
  await until('the server heard the end', () => server.hasEnded);
  assert.is(server.text, 'last words');
  server.socket.write('a late');
  await client.hears(6);
  server.socket.end(' answer');
  await until('the client heard the end', () => client.hasEnded);
  assert.is(client.text, 'a late answer');
  await until('the connection is gone', () => relay.stats.connections.open === 0);
});

for (const [who, other] of [
  [0, 1],
  [1, 0],
] as const) {
  test(`a reset by ${who === 0 ? 'the client' : 'the server'} is passed on as one`, async ({
    relay,
    pair,
  }) => {
    const ends = await pair();
    ends[who].socket.resetAndDestroy();
    await until('the other end is reset', () => ends[other].broken !== null);
    assert.is(ends[other].broken, 'ECONNRESET');
    await until('the connection is gone', () => relay.stats.connections.open === 0);
  });
}

test('a server that is not there: the client is reset', async ({ host, client }) => {
  host.close();
  const end = await client();
  await until('the client is reset', () => end.broken !== null);
  assert.is(end.broken, 'ECONNRESET');
});

const chains: readonly (readonly [name: string, toxics: readonly ToxicInput[]])[] = [
  ['no toxic', []],
  ['latency with jitter', [{ type: 'latency', attributes: { latency: 4, jitter: 4 } }]],
  ['slices', [{ type: 'slicer', attributes: { average_size: 900, size_variation: 700, delay: 1 } }]],
  ['a narrow line', [{ type: 'bandwidth', attributes: { rate: 20_000 } }]],
  [
    'all of them',
    [
      { type: 'latency', attributes: { latency: 3, jitter: 3 } },
      { type: 'slicer', attributes: { average_size: 5000, size_variation: 4000, delay: 5 } },
      { type: 'bandwidth', attributes: { rate: 30_000 } },
      { type: 'slow_close', attributes: { delay: 3 } },
    ],
  ],
];

for (const [name, toxics] of chains) {
  test(`every byte comes, in order, both ways: ${name}`, async ({ pair, add }) => {
    for (const toxic of toxics) await add({ ...toxic, direction: 'both' });
    const [client, server] = await pair();
    const random = createRandom(3);
    const sent = Buffer.from(Array.from({ length: 600_000 }, () => random.integer(0, 255)));
    for (let at = 0; at < sent.length; ) {
      const size = random.integer(1, 40_000);
      client.socket.write(sent.subarray(at, at + size));
      server.socket.write(sent.subarray(at, at + size));
      at += size;
    }
    client.socket.end();
    server.socket.end();
    await until('both ends ended', () => client.hasEnded && server.hasEnded);
    assert.ok(server.heard.equals(sent), 'up');
    assert.ok(client.heard.equals(sent), 'down');
  });
}

test('toxics that come and go under way lose and turn round nothing', async ({ relay, pair, add }) => {
  const [client, server] = await pair();
  const random = createRandom(5);
  const sent = Buffer.from(Array.from({ length: 300_000 }, () => random.integer(0, 255)));
  const kinds = ['latency', 'slicer', 'bandwidth'] as const;
  const attributes = {
    latency: 30,
    jitter: 30,
    average_size: 500,
    size_variation: 400,
    delay: 100,
    rate: 500,
  };
  for (let at = 0; at < sent.length; at += 10_000) {
    client.socket.write(sent.subarray(at, at + 10_000));
    await read(relay, 'up', at + 10_000);
    if (relay.toxics.length > 1) await relay.remove(random.pick(relay.toxics).name);
    else await add({ type: random.pick(kinds), name: `toxic ${at}`, direction: 'up', attributes });
  }
  await relay.reset();
  await server.hears(sent.length);
  assert.ok(server.heard.equals(sent));
});

test('latency is on the way it was put on, and not on the other', async ({ relay, pair, add }) => {
  const [client, server] = await pair();
  await add({ type: 'latency', direction: 'down', attributes: { latency: 3_600_000 } });
  client.socket.write('question');
  await server.hears(8);
  server.socket.write('answer');
  await read(relay, 'down', 6);
  assert.is(client.text, '');
  assert.is(relay.stats.down.sent, 0);
  await relay.reset();
  await client.hears(6);
});

test('slow_close holds back the end alone', async ({ relay, pair, add }) => {
  const [client, server] = await pair();
  await add({ type: 'slow_close', direction: 'up', attributes: { delay: 3_600_000 } });
  client.socket.end('words');
  await server.hears(5);
  server.socket.write('answer');
  await client.hears(6);
  assert.is(server.hasEnded, false);
  await relay.reset();
  await until('the server heard the end', () => server.hasEnded);
});

test('timeout: nothing arrives, and the removal closes without a byte of it', async ({
  relay,
  pair,
  add,
}) => {
  const [client, server] = await pair();
  client.socket.write('before ');
  await server.hears(7);
  const name = await add({ type: 'timeout', direction: 'up' });
  client.socket.write('meanwhile');
  await read(relay, 'up', 16);
  server.socket.write('the other way is open');
  await client.hears(21);
  assert.is(relay.stats.up.sent, 7);
  await relay.remove(name);
  await until('both ends are closed', () => client.hasEnded && server.hasEnded);
  assert.is(server.text, 'before ');
  assert.is(relay.stats.up.sent, 7);
});

test('timeout: whoever gives up and ends closes the connection', async ({ pair, add }) => {
  const [client, server] = await pair();
  await add({ type: 'timeout', direction: 'up' });
  client.socket.end('lost');
  await until('both ends are closed', () => client.hasEnded && server.hasEnded);
  assert.is(server.text, '');
});

test('timeout closes an idle connection too when it is removed', async ({ relay, pair, add }) => {
  const [client, server] = await pair();
  await relay.remove(await add({ type: 'timeout', direction: 'up' }));
  await until('both ends are closed', () => client.hasEnded && server.hasEnded);
});

test('timeout with a time closes by itself; connections made meanwhile as well', async ({ pair, add }) => {
  const [client, server] = await pair();
  await add({ type: 'timeout', attributes: { timeout: 5 } });
  await until('both ends are closed', () => client.hasEnded && server.hasEnded);
  const [later] = await pair();
  await until('that one too', () => later.hasEnded);
});

test('reset_peer: idle connections, and those that come, get a RST', async ({ relay, pair, client, add }) => {
  const ends = await pair();
  await add({ type: 'reset_peer' });
  await until('both ends are reset', () => ends.every(({ broken }) => broken !== null));
  assert.equal(
    ends.map(({ broken }) => broken),
    ['ECONNRESET', 'ECONNRESET'],
  );
  // It may be reset before it has heard that it is connected.
  const broken = await client().then(
    async (later) => {
      await until('that one too', () => later.broken !== null);
      return later.broken;
    },
    ({ code }: NodeJS.ErrnoException) => code,
  );
  assert.is(broken, 'ECONNRESET');
  await relay.reset();
  const [healed, server] = await pair();
  healed.socket.write('well again');
  await server.hears(10);
});

const clock = new FakeClock();

test(
  'reset_peer resets at its time, and nobody when it is removed before',
  async ({ relay, pair, add }) => {
    const reset = { type: 'reset_peer', attributes: { timeout: 1000 } };
    const [client, server] = await pair();
    const name = await add(reset);
    await clock.advance(999);
    await relay.remove(name);
    await clock.advance(1000);
    client.socket.write('still here');
    await server.hears(10);
    await add(reset);
    await clock.advance(1000);
    await until('the client is reset', () => client.broken !== null);
  },
  { clock },
);

test('limit_data: so many bytes, and then the end', async ({ relay, pair, add }) => {
  const [client, server] = await pair();
  await add({ type: 'limit_data', direction: 'up', attributes: { bytes: 10 } });
  client.socket.write('0123456');
  await server.hears(7);
  client.socket.write('789abc');
  await until('both ends are closed', () => client.hasEnded && server.hasEnded);
  assert.is(server.text, '0123456789');
  await until('the connection is gone', () => relay.stats.connections.open === 0);
});

test('down: connections are closed, new ones refused; afterwards the same port listens', async (line) => {
  const { relay, pair, client, add } = line;
  const [ours, theirs] = await pair();
  const { port } = relay.listen;
  await add({ type: 'down' });
  await until('both ends are closed', () => ours.hasEnded && theirs.hasEnded);
  const refused = await client().then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code,
  );
  assert.is(refused, 'ECONNREFUSED');
  await relay.reset();
  assert.is(relay.listen.port, port);
  const [later, server] = await pair();
  later.socket.write('well again');
  await server.hears(10);
});

test('half_open: the server is gone, the client keeps a connection that nobody answers', async (line) => {
  const { relay, pair, client, host, add } = line;
  const [ours, theirs] = await pair();
  await add({ type: 'half_open' });
  await until('the server has lost its end', () => theirs.hasEnded || theirs.broken !== null);
  const later = await client();
  ours.socket.write('anybody');
  later.socket.write('there?');
  await read(relay, 'up', 13);
  assert.is(relay.stats.up.sent, 0);
  assert.equal([ours.hasEnded, ours.broken, later.hasEnded, later.broken], [false, null, false, null]);
  assert.is(host.ends.length, 1, 'what is made meanwhile does not get through');
  await relay.reset();
  await until('both are reset', () => ours.broken !== null && later.broken !== null);
  assert.equal([ours.broken, later.broken], ['ECONNRESET', 'ECONNRESET']);
  const [, server] = await pair();
  assert.is(server.text, '');
});

test('partition: what was said meanwhile is lost for good, and with it the connection', async (line) => {
  const { relay, pair, client, host, add } = line;
  const [talks, itsServer] = await pair();
  const [idle, idleServer] = await pair();
  await add({ type: 'partition', direction: 'up' });
  talks.socket.write('lost');
  await read(relay, 'up', 4);
  itsServer.socket.write('the other way is open');
  await talks.hears(21);
  const made = await client();
  assert.equal(
    [talks, idle, made].map(({ broken, hasEnded }) => [broken, hasEnded]),
    Array(3).fill([null, false]),
  );
  await relay.reset();
  await until('both are reset', () => talks.broken !== null && made.broken !== null);
  assert.is(itsServer.text, '');
  assert.is(host.ends.length, 2, 'what was made meanwhile never got through');
  idle.socket.write('I lost nothing');
  await idleServer.hears(14);
  assert.is(idle.broken, null);
});

test('partition both ways: not even an end gets through', async ({ relay, pair, add }) => {
  const [client, server] = await pair();
  const [other, otherServer] = await pair();
  await add({ type: 'partition', direction: 'both' });
  client.socket.end();
  other.socket.resetAndDestroy();
  server.socket.write('hello');
  await read(relay, 'down', 5);
  assert.equal(
    [server.hasEnded, server.broken, otherServer.hasEnded, otherServer.broken],
    [false, null, false, null],
  );
  assert.is(client.text, '');
  await relay.reset();
  await until('the servers hear of it', () => server.broken !== null && otherServer.broken !== null);
});

for (const type of ['latency', 'timeout', 'reset_peer', 'limit_data', 'down', 'half_open', 'partition']) {
  test(`${type} with toxicity 0 does nothing`, async ({ relay, pair, add }) => {
    const [client, server] = await pair();
    const attributes = { latency: 3_600_000, timeout: 0, bytes: 0 };
    const name = await add({ type, direction: 'both', toxicity: 0, attributes });
    const [later, laterServer] = await pair();
    for (const [ours, theirs] of [
      [client, server],
      [later, laterServer],
    ] as const) {
      ours.socket.write('question');
      await theirs.hears(8);
      theirs.socket.write('answer');
      await ours.hears(6);
    }
    await relay.remove(name);
    assert.equal([client.hasEnded, client.broken, later.hasEnded, later.broken], [false, null, false, null]);
    client.socket.write('?');
    await server.hears(9);
  });
}

/** Which of 40 connections a blackhole with toxicity 0.5 hits. */
async function hits(seed: number, isThere: boolean): Promise<string> {
  const relays = new Relays({ clock: systemClock, seed });
  const host = await Host.listen();
  const clients: End[] = [];
  try {
    const relay = await relays.create({ name: 'line', upstream: host.address });
    const toxic = toToxic({ type: 'limit_data', direction: 'up', toxicity: 0.5 });
    if (!isThere) await relay.add(toxic);
    for (let number = 1; number <= 40; number++) {
      clients.push(await connectTo(relay.listen));
      await host.end(number);
    }
    if (isThere) await relay.add(toxic);
    for (const { socket } of clients) socket.write('x');
    const theirs = host.ends;
    await until('all are heard or closed', () => theirs.every((end) => end.hasEnded || end.text === 'x'));
    return theirs.map(({ text }) => (text === 'x' ? '.' : '!')).join('');
  } finally {
    for (const { socket } of clients) socket.destroy();
    host.close();
    await relays.close();
  }
}

register('toxicity 0.5 hits some, by the seed, whether they were there before or come after', async () => {
  const [first, again, before, other] = [
    await hits(1, false),
    await hits(1, false),
    await hits(1, true),
    await hits(2, false),
  ];
  assert.match(first, /!/);
  assert.match(first, /\./);
  assert.is(again, first);
  assert.is(before, first);
  assert.is.not(other, first);
});

register.run();
