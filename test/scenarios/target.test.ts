/** Somebody's HTTP service as the system under test: what its answers, and its silence, come to. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../core/clock.ts';
import { createRandom } from '../../core/random.ts';
import { Arrivals } from '../../scenarios/load/arrivals.ts';
import { RateProfile } from '../../scenarios/load/rate.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import { chooserOf } from '../../scenarios/target/choose.ts';
import { playOpen } from '../../scenarios/target/play-open.ts';
import { type Outcome, Sender } from '../../scenarios/target/sender.ts';
import { type HttpRequest, isExpected, withoutTargetSecrets } from '../../scenarios/target/target.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { answering, closing, nowhere, resetting, type Service, silent } from '../doubles/http-servers.ts';

const request: HttpRequest = { method: 'GET', path: '/', headers: {}, status: 2, share: 1 };

/** Ten seconds at 100/s, constant, on a service that stands still from its first second to its second, else answers at once. */
async function playStall(): Promise<Tally> {
  const clock = new FakeClock();
  const startMs = clock.now();
  const tally = new Tally([{ name: 'steady', fromMs: startMs, toMs: startMs + 10_000 }]);
  const profile = new RateProfile([{ forMs: 10_000, fromPerS: 100, toPerS: 100 }]);
  const stalled = { fromMs: startMs + 1000, toMs: startMs + 2000 };
  const send = async (): Promise<Outcome> => {
    const nowMs = clock.now();
    if (nowMs >= stalled.fromMs && nowMs < stalled.toMs) await clock.sleep(stalled.toMs - nowMs);
    return { kind: 'answered', status: 200 };
  };
  const signal = new AbortController().signal;
  await clock.play(
    playOpen(
      {
        arrivals: new Arrivals('constant', profile, createRandom(1)),
        totalMs: 10_000,
        choose: () => request,
        sender: { send, inFlight: 0 },
        inFlight: 1000,
        clock,
        tally,
        signal,
        beat: () => undefined,
      },
      startMs,
    ),
  );
  return tally;
}

test('of a known stall the percentiles are those of arithmetic', async () => {
  const { latencies, counts } = await playStall();
  const response = latencies.response_ms.total();
  assert.equal([counts.repliesDue, response.count], [1000, 1000]);
  // One in ten was due in the stall, one each 10 ms, and waited for its end: 10, 20, ... 1000 ms. A timer has 1 ms of grain, a bucket 0.1 %.
  for (const [percent, ms] of [
    [90, 0],
    [91, 100],
    [95, 500],
    [99, 900],
    [99.9, 990],
    [100, 1000],
  ] as const) {
    const told = response.percentile(percent);
    assert.ok(Math.abs(told - ms) <= 1.5 + ms / 1000, `p${percent}: ${told} instead of ${ms}`);
  }
});

/** What comes of one request to a service. */
async function outcomeAt(url: string, deadlineMs: number): Promise<Outcome> {
  const { hostname: host, port } = new URL(url);
  const sender = new Sender({
    origin: url,
    at: { host, port: Number(port) },
    deadlineMs,
    clock: systemClock,
  });
  const outcome = await sender.send(request);
  sender.close();
  return outcome;
}

const services: readonly (readonly [
  what: string,
  make: () => Promise<Service>,
  deadlineMs: number,
  told: string,
])[] = [
  ['answers', () => answering(204), 10_000, 'answered 204'],
  ['answers with an error', () => answering(503), 10_000, 'answered 503'],
  ['ends connections', closing, 10_000, 'broken ECONNRESET'],
  ['resets connections', resetting, 10_000, 'broken ECONNRESET'],
  ['never answers', silent, 30, 'timeout '],
];

for (const [what, make, deadlineMs, told] of services) {
  test(`a service that ${what}`, async () => {
    const service = await make();
    const outcome = await outcomeAt(service.url, deadlineMs);
    await service.close();
    const detail = outcome.kind === 'answered' ? outcome.status : 'why' in outcome ? outcome.why : '';
    assert.is(`${outcome.kind} ${detail}`, told);
  });
}

test('where nobody listens nothing was asked', async () => {
  assert.equal(await outcomeAt(await nowhere(), 10_000), { kind: 'refused', why: 'ECONNREFUSED' });
});

test('a status is expected as itself or by its class', () => {
  assert.equal(
    [
      [2, 204],
      [2, 304],
      [404, 404],
      [404, 200],
    ].map(([status, answered]) => isExpected({ status: status as number }, answered as number)),
    [true, false, true, false],
  );
});

test('requests are drawn by their shares', () => {
  const choose = chooserOf(
    [
      { ...request, path: '/one' },
      { ...request, path: '/three', share: 3 },
    ],
    createRandom(7),
  );
  const drawn = Array.from({ length: 4000 }, () => choose().path);
  const ones = drawn.filter((path) => path === '/one').length;
  assert.ok(ones > 850 && ones < 1150, `${ones}`);
});

test('what lets somebody in is not written down', () => {
  const secret = 'hush';
  const { requests } = withoutTargetSecrets({
    origin: 'http://127.0.0.1',
    requests: [
      {
        ...request,
        path: `/a?page=${secret}&token=${secret}`,
        headers: { authorization: secret, 'x-own': secret, accept: 'text/plain' },
        body: secret,
      },
    ],
  });
  assert.equal(requests, [
    {
      ...request,
      path: '/a?page=***&token=***',
      headers: { authorization: '***', 'x-own': '***', accept: 'text/plain' },
      body: '4 bytes',
    },
  ]);
});

test.run();
