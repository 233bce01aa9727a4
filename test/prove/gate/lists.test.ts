/** What is said of lists of gates, and what the committed ones have to say. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Verdict } from '../../../reports/record.ts';
import { alikeList, alikeStacks, summaryOf } from './alike.ts';
import type { Compared } from './comparison-list.ts';
import { curveOf, powerList } from './power.ts';
import { atLeast, slownesses } from './slowness.ts';

const compared = (
  which: readonly string[],
  verdict: Verdict,
  ratio = 1,
  detectable = 1.06,
  metric = 'event_delivery_ms',
): Compared => ({
  which,
  answer: {
    verdict,
    floorless: verdict,
    rounds: 12,
    rows: [{ metric, aggregator: 'avg', ratio, detectable, verdict }],
    reason: '',
  },
});

test('gates with the same on both sides: each verdict with its exact interval, each stack, and how rare a false FAIL is', () => {
  const list = alikeStacks.flatMap((stack) =>
    Array.from({ length: 75 }, (_, at) =>
      compared([`${at + 1}`, stack], stack === 'redis' && at < 15 ? 'INCONCLUSIVE' : 'PASS'),
    ),
  );
  assert.equal(summaryOf(list), [
    '300 gates with the same on both sides: 0 FAIL, at most 0.99 % of all such gates (exact, 95 %)',
    'PASS 285, 95.0 % (91.9 to 97.2)',
    'DEGRADED 0, 0.0 % (0.0 to 1.2)',
    'INCONCLUSIVE 15, 5.0 % (2.8 to 8.1)',
    'memory: PASS 75, 100.0 % (95.2 to 100.0) of 75, FAIL 0',
    'sqlite: PASS 75, 100.0 % (95.2 to 100.0) of 75, FAIL 0',
    'redis: PASS 60, 80.0 % (69.2 to 88.4) of 75, FAIL 0',
    'postgres: PASS 75, 100.0 % (95.2 to 100.0) of 75, FAIL 0',
    'Judged as if no difference were too small to matter (no floor of 1 ms): FAIL 0 of 300, at most 0.99 %',
  ]);
});

test('gates whose head is slower: what they declare, and what has to be asked for so that the number shows as much', () => {
  const at = (effect: string, verdict: Verdict, ratio: number, count: number): Compared[] =>
    Array.from({ length: count }, (_, seed) => compared(['sleep', effect, `${seed + 1}`], verdict, ratio));
  // Half of what is asked for is seen; 6 % are declared, so that 12 % have to be asked for, or the next above: 12.5 %.
  const list = [
    ...at('0', 'PASS', 1, 4),
    ...at('5', 'INCONCLUSIVE', 1.025, 4),
    ...at('12.5', 'DEGRADED', 1.0625, 9),
    ...at('12.5', 'INCONCLUSIVE', 1.0625, 1),
    ...at('20', 'FAIL', 1.1, 4),
  ];
  assert.equal(curveOf(list), [
    'sleep, in event_delivery_ms:avg: gates declare that they find 6 %; at 12.5 %, which shows as much or more, found in 90.0 % (55.5 to 99.7)',
    'sleep 0 %, of which the number shows 0 %: found in 0 of 4, 0.0 % (0.0 to 60.2)',
    'sleep 5 %, of which the number shows 2.5 %: found in 0 of 4, 0.0 % (0.0 to 60.2)',
    'sleep 12.5 %, of which the number shows 6.25 %: found in 9 of 10, 90.0 % (55.5 to 99.7)',
    'sleep 20 %, of which the number shows 10 %: found in 4 of 4, 100.0 % (39.8 to 100.0)',
  ]);
});

test('an effect is made in steps of what the bus can be told, upwards', () => {
  const [sleep] = slownesses;
  assert.ok(sleep);
  assert.equal(
    [0.024, 0.025, 0.026, 0.05].map((effect) => atLeast(sleep, effect)),
    [0.025, 0.025, 0.05, 0.05],
  );
});

test('in the committed lists no gate fails where both sides are the same, or is silent where head is far slower', () => {
  for (const { which, answer } of alikeList.read()) assert.is.not(answer.verdict, 'FAIL', which.join(' '));
  for (const { which, answer } of powerList.read()) {
    if (Number(which[1]) === 0) assert.is.not(answer.verdict, 'FAIL', which.join(' '));
    if (Number(which[1]) >= 20) assert.is.not(answer.verdict, 'PASS', which.join(' '));
  }
});

test.run();
