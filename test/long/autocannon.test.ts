/** autocannon as a driver: what it says of services that behave badly, and a cell of it on a real gateway. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../core/clock.ts';
import { type CannonCounts, fire, type Lane } from '../../scenarios/drivers/cannon.ts';
import { readRecords, resultIn, scratch, testbed, writeScenario } from '../bin/command-line.ts';
import { answering, closing, nowhere, resetting, silent } from '../doubles/http-servers.ts';

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
