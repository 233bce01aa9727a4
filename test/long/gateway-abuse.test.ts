/** What is done to a gateway on purpose, over real sockets: it is refused, and the rest is served. */
import { connect, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gateways, type Site } from '../core/gateway/gateways.ts';

function open(site: Site): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(site.url).port), '127.0.0.1', () => resolve(socket));
    socket.on('error', reject);
  });
}

/** What comes back until the other side has ended it. */
function answerTo(socket: Socket, ...pieces: readonly (string | Buffer)[]): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {});
  for (const piece of pieces) socket.write(piece);
  return new Promise((resolve) => void socket.on('close', () => resolve(text)));
}

const head = 'POST /agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

const rows: readonly (readonly [what: string, pieces: readonly (string | Buffer)[], says: RegExp])[] = [
  ['half a head', [head], /^HTTP\/1\.1 408 /],
  ['half a body', [`${head}Content-Length: 100\r\n\r\n{"id":`], /^(HTTP\/1\.1 408 |$)/],
  ['no HTTP', ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'], /^HTTP\/1\.1 400 /],
  ['no HTTP either', [Buffer.from([0xff, 0xfe, 0x0a, 0x0a])], /^HTTP\/1\.1 400 /],
  ['a head without an end', [head, `X: ${'x'.repeat(40_000)}`], /^HTTP\/1\.1 431 /],
  ['two lengths', [`${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`], /^HTTP\/1\.1 400 /],
  [
    'a length and chunks',
    [`${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`],
    /^HTTP\/1\.1 400 /,
  ],
  [
    'a body beyond the limit',
    [`${head}Connection: close\r\nContent-Length: 99999999\r\n\r\n`, 'x'.repeat(5000)],
    /^HTTP\/1\.1 413 /,
  ],
];

test('garbage and slowness are cut off, and the rest is served', async () => {
  const [site] = (await gateways(1, { limits: { headMs: 300, requestMs: 300, bodyBytes: 10_000 } })) as [
    Site,
  ];
  const sockets = await Promise.all(rows.map(() => open(site)));
  const answers = rows.map(([, pieces], at) => answerTo(sockets[at] as Socket, ...pieces));
  assert.is((await fetch(`${site.url}/agents`)).status, 200);
  for (const [at, [what, , says]] of rows.entries()) {
    const answer = await (answers[at] as Promise<string>);
    assert.match(answer, says, `${what}: ${JSON.stringify(answer.slice(0, 80))}`);
  }
  assert.is(
    (await fetch(`${site.url}/counts/agents`).then((answer) => answer.json() as Promise<{ count: number }>))
      .count,
    0,
  );
  assert.equal(site.faults, []);
  await site.close();
});

test('a thousand that say nothing take nobody the service', async () => {
  const [site] = (await gateways(1)) as [Site];
  const idle = await Promise.all(Array.from({ length: 1000 }, () => open(site)));
  assert.is((await fetch(`${site.url}/health`)).status, 200);
  for (const socket of idle) socket.destroy();
  await site.close();
});

test('beyond its connections it takes no more, until one has gone', async () => {
  const [site] = (await gateways(1, { limits: { connections: 3 } })) as [Site];
  const taken = [await open(site), await open(site), await open(site)];
  const refused = await open(site);
  assert.is(await answerTo(refused, 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n'), '');
  const [first] = taken as [Socket];
  const gone = answerTo(first, 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  assert.match(await gone, /^HTTP\/1\.1 200 /);
  const again = await open(site);
  assert.match(
    await answerTo(again, 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
    /^HTTP\/1\.1 200 /,
  );
  for (const socket of taken) socket.destroy();
  await site.close();
});

test.run();
