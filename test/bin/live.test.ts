/** The page that shows a run while it plays: to this machine alone, nothing but to look at, and gone with the run. */
import { get, type IncomingMessage, request } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Flags } from '../../bin/command.ts';
import { LiveView } from '../../bin/live/frame.ts';
import { History } from '../../bin/live/history.ts';
import { serveLive } from '../../bin/live/server.ts';
import { watchRun } from '../../bin/live/watch-run.ts';
import { isTestbedError } from '../../core/error.ts';
import type { LiveSample } from '../../scenarios/run/live.ts';

const sample = (atMs: number, change: Partial<LiveSample> = {}): LiveSample => ({
  ...{ atMs, offeredPerS: 100, ackedPerS: 90, deliveriesPerS: 300, errorsPerS: 0 },
  ...{ deliveryMs: 1.5, lag: 2, rssMb: 120, loopDelayMs: 0.5, faults: [] },
  soFar: { verdict: 'PASS', broken: [], judged: 2, of: 3 },
  ...change,
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

function ask(url: string, options: Parameters<typeof request>[1] = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    asked.on('error', reject).end();
  });
}

test('the page is served, and nothing else: not to a name that was made to lead here, nor to any other method', async () => {
  const server = await serveLive(0, 'Testbed: <a>', () => ({}));
  try {
    const page = await ask(server.url);
    assert.is(page.status, 200);
    assert.match(page.text, /<h1>Testbed: &lt;a&gt;<\/h1>/);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'.*connect-src 'self'/);
    assert.not.match(page.text, /(src|href)=|https?:/);
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { port } = new URL(server.url);
    // biome-ignore format: a table
    const asked: readonly (readonly [status: number, path: string, options: Parameters<typeof request>[1]])[] = [
      [200, '', { headers: { host: `localhost:${port}` } }],
      [200, '', { method: 'HEAD' }],
      [403, '', { headers: { host: 'elsewhere.example' } }],
      [403, 'events', { headers: { origin: 'http://elsewhere.example' } }],
      [404, '../package.json', {}],
      [404, 'events?', { method: 'HEAD' }],
      [405, '', { method: 'POST' }],
      [405, 'events', { method: 'DELETE' }],
    ];
    for (const [status, path, options] of asked) {
      assert.is((await ask(`${server.url}${path}`, options)).status, status, path);
    }
  } finally {
    await server.close();
  }
});

test('who looks on gets what is there at once, each frame after it, and is told of the end', async () => {
  const server = await serveLive(0, 'a run', () => ({ frame: 'first' }));
  server.show({ frame: 'nobody is there' });
  assert.is(server.isWatched, false);
  const heard = new Promise<string>((resolve, reject) => {
    get(`${server.url}events`, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        if (text === '') {
          assert.is(server.isWatched, true);
          server.show({ frame: 'two\nlines' });
          void server.close();
        }
        text += chunk;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
  assert.is(await heard, 'data: {"frame":"first"}\n\ndata: {"frame":"two\\nlines"}\n\nevent: end\ndata:\n\n');
  try {
    await server.close();
    await ask(server.url, { agent: false });
    assert.unreachable('it is still there');
  } catch (error) {
    assert.is((error as NodeJS.ErrnoException).code, 'ECONNREFUSED');
  }
});

test('a port that is in use is said, and nothing is played', async () => {
  const server = await serveLive(0, 'a run', () => ({}));
  try {
    await serveLive(Number(new URL(server.url).port), 'another', () => ({}));
    assert.unreachable();
  } catch (error) {
    assert.ok(isTestbedError(error, 'UNAVAILABLE'));
    assert.match(error.message, /--live: .*EADDRINUSE/);
  } finally {
    await server.close();
  }
});

const given = (flags: { readonly [name: string]: string }): Flags => ({
  positional: [],
  has: (name) => Object.hasOwn(flags, name),
  text: (name) => flags[name],
  list: () => [],
});
const wrong: readonly (readonly [flags: { readonly [name: string]: string }, message: RegExp])[] = [
  [{ 'live-port': '80' }, /--live is missing/],
  [{ live: '', 'live-port': '65536' }, /--live-port 65536: not a whole number from 0 to 65535/],
];
for (const [flags, message] of wrong) {
  test(`refused: ${JSON.stringify(flags)}`, async () => {
    try {
      await watchRun(given(flags), 'a run');
      assert.unreachable();
    } catch (error) {
      assert.ok(isTestbedError(error, 'INVALID_CONFIG'));
      assert.match(error.message, message);
    }
  });
}

test('without the flag there is no page', async () => {
  assert.is(await watchRun(given({}), 'a run'), null);
});

test('a frame says where the run is, how the load goes, what is in force, and what it would come to', () => {
  const view = new LiveView();
  view.cell('<b>stress</b> memory', 0, 2);
  const beginning = view.frame();
  assert.match(beginning.status, /1 of 2: &lt;b&gt;stress&lt;\/b&gt; memory: getting ready/);
  assert.not.match(beginning.charts, /<svg/);
  const steady = { phase: 'steady', totalMs: 9000, eventsPerS: 90 };
  assert.is(view.progress({ ...steady, elapsedMs: 500, live: sample(500) }), true);
  assert.is(view.progress({ ...steady, elapsedMs: 550 }), false, 'nothing that could be seen');
  const faults = [{ name: 'kill on bus.server', fromMs: 600, toMs: null }];
  const soFar = { verdict: 'FAIL', broken: ['errors value <= 0'], judged: 2, of: 3 } as const;
  view.progress({ ...steady, elapsedMs: 1000, live: sample(1000, { faults, errorsPerS: 12, soFar }) });
  const { status, charts } = view.frame();
  assert.match(status, /errors 12 a second; 1\.5 ms, lag 2/);
  assert.match(status, /in force: kill on bus\.server/);
  assert.match(status, /so far: FAIL by 2 of 3 thresholds: errors value &lt;= 0/);
  assert.is(charts.match(/<svg/g)?.length, 5);
  assert.is(charts.match(/class="band"[^>]*><title>kill on bus\.server/g)?.length, 5);
  view.finished('<b>stress</b> memory', 'FAIL');
  view.cell('stress sqlite', 1, 2);
  const next = view.frame();
  assert.not.match(next.charts, /<svg/);
  assert.match(next.cells, /&lt;b&gt;stress&lt;\/b&gt; memory.*FAIL/);
});

test('the looks of a long cell are thinned out, and still reach from its beginning to now', () => {
  const history = new History();
  for (let at = 1; at <= 5000; at++) history.add(sample(at * 500, { offeredPerS: at }));
  const { values, windowMs } = history.series(({ offeredPerS }) => offeredPerS, '1/s');
  assert.ok(values.length < 600 && values.length >= 300);
  assert.is(values[0], 1);
  assert.ok(Math.abs(values.length * windowMs - 5000 * 500) < 16 * 500);
});

test.run();
