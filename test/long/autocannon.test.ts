/** autocannon as a driver: what it says of services that behave badly, and a cell of it on a real gateway. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../core/clock.ts';
import type { Finding } from '../../reports/record.ts';
import { autocannonAt } from '../../scenarios/drivers/autocannon.ts';
import { type CannonCounts, fire, type Lane } from '../../scenarios/drivers/cannon.ts';
import type { Workload } from '../../scenarios/scenario.ts';
import { readRecords, resultIn, scratch, testbed, writeScenario } from '../bin/command-line.ts';
import { answering, closing, nowhere, resetting, serviceThat, silent } from '../doubles/http-servers.ts';
import { loadRig } from '../doubles/load-rig.ts';
import { workloadOf } from '../doubles/workload.ts';

const folder = scratch();
test.after(() => folder.remove());

interface Seen {
  asked: number;
  lost: number;
  readonly statuses: number[];
  readonly ms: number[];
}

async function shootAt(
  url: string,
  forMs = 300,
): Promise<{ readonly counts: CannonCounts; readonly seen: Seen }> {
  const seen: Seen = { asked: 0, lost: 0, statuses: [], ms: [] };
  const lane = (): Lane => ({
    next() {
      seen.asked++;
      return { method: 'POST', path: '/', headers: { 'content-type': 'text/plain' }, body: 'hi' };
    },
    answered(status, _, tookMs) {
      seen.statuses.push(status);
      seen.ms.push(tookMs);
    },
    lost: () => void seen.lost++,
  });
  const signal = new AbortController().signal;
  const counts = await fire({
    url,
    connections: 3,
    timeoutMs: 1000,
    forMs,
    clock: systemClock,
    signal,
    lane,
  });
  return { counts, seen };
}

for (const [status, non2xx] of [
  [200, false],
  [500, true],
] as const) {
  test(`a service that answers ${status}: every request is seen by all three, and none is left over`, async () => {
    const service = await answering(status);
    const { counts, seen } = await shootAt(service.url);
    await service.close();
    assert.ok(seen.asked >= 3);
    assert.equal(
      [seen.statuses.length, seen.lost, service.seen(), counts.answers],
      [seen.asked, 0, seen.asked, seen.asked],
    );
    assert.is(counts.non2xx, non2xx ? seen.asked : 0);
    assert.ok(seen.ms.every(Number.isInteger));
  });
}

for (const [what, make] of [
  ['ends connections', closing],
  ['resets connections', resetting],
] as const) {
  test(`a service that ${what} instead of answering is given up on`, async () => {
    const service = await make();
    const { counts, seen } = await shootAt(service.url, 5000);
    await service.close();
    assert.equal([counts.answers, counts.gaveUp, seen.statuses], [0, 3, []]);
    assert.is(seen.lost, seen.asked);
  });
}

test('so is one that is not there', async () => {
  const { counts, seen } = await shootAt(await nowhere(), 5000);
  assert.equal([counts.answers, counts.gaveUp, seen.lost], [0, 3, seen.asked]);
  assert.match(counts.why ?? '', /ECONNREFUSED/);
});

test('a service that never answers ends with the patience, and nothing was answered', async () => {
  const service = await silent();
  const { counts, seen } = await shootAt(service.url);
  await service.close();
  assert.equal([counts.answers, counts.timeouts, seen.asked, seen.lost], [0, 3, 3, 3]);
});

/** Publishes for a moment to what says that it is a gateway; what there is to doubt of that. */
async function doubtsAt(url: string): Promise<readonly Finding[]> {
  const asked: Partial<Workload> = {
    arrivals: 'closed',
    concurrency: 2,
    batch: 3,
    phases: [{ name: 'steady', forMs: 200, warmup: false, rateFrom: 1, rateTo: 1 }],
  };
  const rig = await loadRig(asked);
  const parts = { ...rig, workload: workloadOf(asked), payloads: ['a', 'b', 'c'], clock: systemClock };
  const signal = new AbortController().signal;
  await autocannonAt(url)({ ...parts, signal, beat: () => undefined }, systemClock.now());
  return rig.tally.doubts;
}

/** It answers every publish, and says of itself that it has answered so many. */
const gatewayThatSays = (counted: (publishes: number) => number) => {
  let publishes = 0;
  return serviceThat(({ url }, response) => {
    const row = `testbed_requests_total{operation="publishEvents",status="200"} ${counted(publishes)}\n`;
    if (url === '/metrics') response.end(row);
    else {
      publishes++;
      response.end('{}');
    }
  });
};

for (const [what, counted, believed] of [
  ['as many as were answered', (publishes: number) => publishes, true],
  ['fewer than were answered', (publishes: number) => Math.floor(publishes / 2), false],
  ['more than were asked', (publishes: number) => 2 * publishes, false],
] as const) {
  test(`a gateway that counts ${what} is ${believed ? '' : 'not '}believed`, async () => {
    const gateway = await gatewayThatSays(counted);
    const doubts = await doubtsAt(gateway.url);
    await gateway.close();
    assert.equal(
      doubts.map(({ verdict }) => verdict),
      believed ? [] : ['INCONCLUSIVE'],
    );
    if (!believed) assert.match(doubts[0]?.detail ?? '', /the gateway says it has answered/);
  });
}

test('a gateway that is gone leaves a doubt', async () => {
  const [doubt] = await doubtsAt(await nowhere());
  assert.is(doubt?.verdict, 'INCONCLUSIVE');
});

test("a cell is labelled closed, its count is the gateway's, and every event arrives", async () => {
  const scenario = writeScenario(folder.path, 'saturated', {
    driver: 'autocannon',
    workload: {
      events: '0/s',
      arrivals: 'closed',
      concurrency: 4,
      batch: 5,
      phases: [{ name: 'steady', for: '500ms' }],
    },
    checks: ['no-lost-acked', 'no-phantom', 'at-least-once'],
    thresholds: { errors: 'value <= 0', requests_per_s: 'value > 0', service_ms: 'avg < 10s' },
  });
  const output = join(folder.path, 'saturated');
  const { code, stdout, stderr } = await testbed(['run', scenario, '--output', output]);
  // A busy machine makes it INCONCLUSIVE.
  assert.ok(code === 0 || code === 2, `exit ${code}: ${stdout}${stderr}`);
  const [record] = readRecords(resultIn(output));
  assert.equal(
    ['model', 'tool', 'resolution'].map((name) => record?.generator[name]),
    ['closed', 'autocannon', '1 ms'],
  );
  assert.is(record?.metrics['publish_ms'], undefined);
  assert.equal(
    record?.findings.filter(({ about }) => about === 'autocannon'),
    [],
  );
  assert.match(stdout, /load closed/);
});

test.run();
