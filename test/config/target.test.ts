/** What a scenario with a target may say, and what is refused of one. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { complaintOf, fileOf, loadText } from './broken.ts';

interface Change {
  readonly target?: { readonly [field: string]: unknown };
  readonly workload?: { readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

function written({ target, workload, ...rest }: Change = {}): string {
  const load = { requests: '10/s', phases: [{ name: 'steady', for: '2s' }], ...workload };
  const service = { url: 'http://127.0.0.1:8080/api', ...target };
  return JSON.stringify({ name: 'service', target: service, workload: load, ...rest }, null, 1);
}

test('a target has its defaults, its path before others, its login as a header', () => {
  const { target, driver, workload } = loadText(
    written({
      target: {
        url: 'https://me:p%40ss@example.com/api/',
        requests: [
          { path: '/a' },
          { method: 'POST', path: '/b', body: { x: 1 }, status: 201, headers: { 'X-Own': 7 } },
        ],
      },
    }),
  );
  const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
  assert.equal(target, {
    origin: 'https://example.com',
    requests: [
      { method: 'GET', path: '/api/a', headers: { authorization }, status: 2, share: 1 },
      {
        method: 'POST',
        path: '/api/b',
        headers: { 'content-type': 'application/json', authorization, 'x-own': '7' },
        body: '{"x":1}',
        status: 201,
        share: 1,
      },
    ],
  });
  assert.equal([driver, workload.requestsPerS], ['http', 10]);
});

const refused: readonly (readonly [what: string, change: Change, says: string])[] = [
  ['no service', { target: { url: 'ftp://me:hush@host' } }, 'target.url: is not the URL of a service'],
  ['a query', { target: { url: 'http://host?token=hush' } }, 'target.url: is not the URL of a service'],
  [
    'a header that is none',
    { target: { requests: [{ headers: { 'a b': 'hush' } }] } },
    'headers.a b: is no header',
  ],
  ['agents', { workload: { agents: 3 } }, 'workload.agents: is for an orchestrator'],
  ['stacks', { stacks: ['memory'] }, 'stacks: is for an orchestrator'],
  ['checks', { checks: ['no-phantom'] }, 'checks: is for an orchestrator'],
  ['a WebSocket', { driver: 'websocket' }, 'driver: of a target is http'],
  ['no rate', { workload: { requests: '0/s' } }, 'workload.requests: is missing'],
  [
    'http that saturates',
    { workload: { requests: '0/s', arrivals: 'closed' } },
    'workload.arrivals: driver http keeps',
  ],
  ['autocannon with a schedule', { driver: 'autocannon' }, 'workload.arrivals: autocannon keeps no schedule'],
  [
    'response times of autocannon',
    {
      driver: 'autocannon',
      workload: { requests: '0/s', arrivals: 'closed' },
      thresholds: { response_ms: 'avg < 1s' },
    },
    'thresholds.response_ms: response_ms counts from when something was due',
  ],
  [
    'what it cannot tell',
    { thresholds: { spawn_ms: 'avg < 1s' } },
    'thresholds.spawn_ms: spawn_ms is of an orchestrator',
  ],
  [
    'other harm than to its link',
    { faults: [{ at: '1s', for: '100ms', fault: 'kill', on: 'node' }] },
    'faults[0].on: of a target its link can be harmed',
  ],
];

for (const [what, change, says] of refused) {
  test(`${what} is refused, at its line, and no secret is told`, () => {
    const complaint = complaintOf(fileOf(written(change)));
    assert.ok(complaint.includes(says), complaint || 'nothing is wrong with it');
    assert.not.ok(complaint.includes('hush'), complaint);
  });
}

test('requests need a target', () => {
  const text = JSON.stringify({
    name: 'x',
    workload: { requests: '1/s', phases: [{ name: 'steady', for: '1s' }] },
  });
  assert.ok(complaintOf(fileOf(text)).includes('workload.requests: needs a target'));
});

test.run();
