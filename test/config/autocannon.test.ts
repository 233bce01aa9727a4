/** What a scenario may not ask of autocannon: everything that needs a schedule. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { complaintOf, fileOf, loadText } from './broken.ts';

interface Change {
  readonly workload?: { readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A scenario that autocannon can play, but for what is said otherwise. */
function written({ workload, ...rest }: Change = {}): string {
  const closed = { agents: 4, arrivals: 'closed', concurrency: 2, phases: [{ name: 'steady', for: '1s' }] };
  return JSON.stringify(
    { name: 'shots', driver: 'autocannon', workload: { ...closed, ...workload }, ...rest },
    null,
    1,
  );
}

const noSchedule = 'autocannon keeps no schedule: it asks again when it was answered';

const refused: readonly (readonly [what: string, change: Change, says: string])[] = [
  [
    'an open model',
    { workload: { arrivals: 'poisson', concurrency: undefined } },
    `workload.arrivals: ${noSchedule} (allowed: closed)`,
  ],
  [
    'a rate of events',
    { workload: { events: '10/s' } },
    'workload.events: has no meaning with arrivals: closed',
  ],
  [
    'a rate of messages',
    { workload: { messages: '1/s' } },
    `workload.messages: ${noSchedule} (allowed: 0/s)`,
  ],
  ['transitions', { workload: { transitions: '1/s' } }, 'workload.transitions: '],
  ['looks', { workload: { reads: '1/s' } }, 'workload.reads: '],
  ['agents that end', { workload: { lifetime: { mean: '1s' } } }, 'workload.lifetime: '],
  ['chains', { workload: { chain: { depth: 2, count: 2 } } }, 'workload.chain: '],
  ['agents that come one by one', { workload: { spawnOver: '500ms' } }, 'workload.spawnOver: '],
  [
    'a surge',
    { workload: { phases: [{ name: 'surge', for: '1s', rate: 'x2' }] } },
    `workload.phases[0].rate: ${noSchedule} (allowed: x1)`,
  ],
  [
    'a latency from when it was due',
    { thresholds: { publish_ms: 'p(99) < 5ms' } },
    `thresholds.publish_ms: publish_ms counts from when something was due, and ${noSchedule} (allowed: service_ms`,
  ],
  [
    'the same of a delivery',
    { thresholds: { event_delivery_ms: { abort: 'avg > 5ms over 1s' } } },
    'thresholds.event_delivery_ms: ',
  ],
  [
    'patience below its own',
    { workload: { deadline: '500ms' } },
    'workload.deadline: autocannon waits at least 1000 ms',
  ],
  ['order over several connections', { checks: ['order-per-key'] }, 'checks[0]: between requests'],
  [
    'a gateway that is killed',
    { faults: [{ at: '100ms', for: '100ms', fault: 'kill', on: 'node' }] },
    'faults[0].on: autocannon gives up on a gateway that is gone',
  ],
];

for (const [what, change, says] of refused) {
  test(`${what} is refused, at its line`, () => {
    const file = fileOf(written(change));
    const complaint = complaintOf(file);
    assert.ok(complaint.includes(says), complaint || 'nothing is wrong with it');
    assert.match(complaint, new RegExp(`${file.replaceAll('.', '\\.')}:\\d+:\\d+: `));
  });
}

test('what needs no schedule is taken', () => {
  const { driver, thresholds } = loadText(
    written({
      thresholds: {
        service_ms: 'p(99) < 50ms',
        requests_per_s: 'value > 10/s',
        unexpected_status: 'value == 0',
      },
      checks: ['no-lost-acked'],
    }),
  );
  assert.equal([driver, thresholds.length], ['autocannon', 3]);
});

test('of the usual checks those are made that can hold', () => {
  const { checks } = loadText(written());
  assert.ok(checks.includes('no-lost-acked') && !checks.includes('order-per-key'));
});

test.run();
