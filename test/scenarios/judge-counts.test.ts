/** Whether a run of autocannon is believed: its count is held against its connections' and the gateway's. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { countIn } from '../../scenarios/drivers/gateway-counts.ts';
import { type Counted, judgeCounts } from '../../scenarios/drivers/judge-counts.ts';

const told = { answers: 100, non2xx: 0, timeouts: 0, gaveUp: 0, why: null };
const right: Counted = { autocannon: told, asked: 100, answered: 100, idle: 0, gateway: 100 };

const rows: readonly (readonly [what: string, counted: Partial<Counted>, says: string | null])[] = [
  ['all agree', {}, null],
  ['what idled is no publish', { autocannon: { ...told, answers: 103 }, idle: 3 }, null],
  ['what was asked and not seen answered may have been', { asked: 102, gateway: 101 }, null],
  [
    'the gateway has seen fewer',
    { gateway: 99 },
    'the gateway says it has answered 99 publishes, and 100 of 100',
  ],
  ['the gateway has seen more', { gateway: 101 }, 'the gateway says it has answered 101'],
  [
    'autocannon says more',
    { autocannon: { ...told, answers: 200 } },
    'it says 200 answers, and its connections have had 100',
  ],
  [
    'nobody answered',
    { autocannon: { ...told, answers: 0 }, answered: 0, gateway: 0 },
    'none of 100 requests was answered',
  ],
  [
    'connections gave up',
    { autocannon: { ...told, gaveUp: 2, why: 'connect ECONNREFUSED' } },
    '2 connections gave up: connect ECONNREFUSED',
  ],
];

for (const [what, counted, says] of rows) {
  test(what, () => {
    const findings = judgeCounts({ ...right, ...counted });
    if (says === null) assert.equal(findings, []);
    else {
      assert.is(findings[0]?.verdict, 'INCONCLUSIVE');
      assert.ok(findings[0]?.detail.includes(says), findings[0]?.detail);
    }
  });
}

test('the count of one operation is read, of every status together', () => {
  const text = `# TYPE testbed_requests_total counter
testbed_requests_total{operation="publishEvents",status="200"} 41
testbed_requests_total{operation="publishEvents",status="503"} 1
testbed_requests_total{operation="getAgent",status="200"} 7
testbed_request_seconds_total{operation="publishEvents",status="200"} 9
`;
  assert.is(countIn(text, 'publishEvents'), 42);
  assert.is(countIn('', 'publishEvents'), 0);
});

test.run();
