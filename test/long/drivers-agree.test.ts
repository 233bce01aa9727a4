/** One scenario by calls, over HTTP and over a WebSocket: the same operations, and the way is all that lies between their latencies. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HistogramMetric, RunRecord } from '../../reports/record.ts';
import { readRecords, resultIn, scratch, testbed, undisturbed, writeScenario } from '../bin/command-line.ts';

const folder = scratch();
test.after(() => folder.remove());

const scenario = writeScenario(folder.path, 'agree', {
  driver: ['embedded', 'http', 'websocket'],
  stacks: ['memory'],
  workload: {
    agents: 10,
    spawnOver: '500ms',
    subscribers: 2,
    arrivals: 'constant',
    events: '100/s',
    messages: '50/s',
    transitions: '20/s',
    batch: 1,
    phases: [
      { name: 'warmup', for: '300ms', warmup: true },
      { name: 'steady', for: '1s' },
    ],
  },
});

const histogram = ({ metrics }: RunRecord, name: string): HistogramMetric => {
  const metric = metrics[name];
  assert.ok(metric !== undefined && 'count' in metric, name);
  return metric;
};

test('the same numbers of operations exactly, and latencies that differ by the way', async () => {
  const { output } = await undisturbed(folder.path, (into) => testbed(['run', scenario, '--output', into]));
  const records = readRecords(resultIn(output));
  const of = (driver: string): RunRecord => {
    const record = records.find(({ parameters }) => parameters['driver'] === driver);
    assert.ok(record, driver);
    return record;
  };
  const embedded = of('embedded');
  const counted = ['event_delivery_ms', 'publish_ms', 'message_routing_ms', 'spawn_ms'];
  for (const driver of ['http', 'websocket']) {
    const record = of(driver);
    for (const name of counted)
      assert.is(histogram(record, name).count, histogram(embedded, name).count, `${driver} ${name}`);
    for (const name of ['delivery_rate_pct', 'lost_acked', 'duplicates', 'errors'])
      assert.equal(record.metrics[name], embedded.metrics[name], `${driver} ${name}`);
    // What is asked of a gateway and answered is a way there and back; so is what is published and heard.
    const wayMs = histogram(record, 'publish_ms').p95;
    const [near, far] = [embedded, record].map((each) => histogram(each, 'event_delivery_ms'));
    assert.ok(near && far);
    const told = `${driver} ${JSON.stringify(far)}, embedded ${JSON.stringify(near)}, way ${wayMs}`;
    assert.ok((far.min ?? 0) > (near.min ?? 0), told);
    assert.ok((far.p50 ?? 0) <= (near.p95 ?? 0) + 2 * (wayMs ?? 0), told);
  }
});

test.run();
