/** What is said while a matrix is played: of the whole of it, in the room that there is. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createProgress } from '../../bin/progress.ts';
import { aboutLeft, TimeLeft } from '../../bin/time-left.ts';

test('what is left follows what cells have taken beside what they were to take', () => {
  const left = new TimeLeft([10_000, 0, 20_000, 10_000]);
  left.start(0, 1000);
  assert.is(left.at(1000), 40_000);
  assert.is(left.at(6000), 35_000);
  assert.is(left.at(60_000), 30_000, 'the first is about to end');
  left.end(16_000);
  left.start(2, 16_000);
  assert.is(left.at(16_000), 45_000, 'all of it takes half as long again');
  left.end(46_000);
  left.start(3, 46_000);
  assert.is(left.at(56_000), 5000);
  left.end(61_000);
  assert.is(new TimeLeft([]).at(5), 0);
});

test('the probes of a search are one part of what is left, however many are played', () => {
  const left = new TimeLeft([40_000, 10_000]);
  left.start(0, 0);
  left.start(0, 10_000);
  assert.is(left.at(10_000), 40_000);
  left.start(1, 20_000);
  assert.is(left.at(20_000), 5000, 'half of what it was to take at the most');
});

const spoken: readonly (readonly [seconds: number, text: string])[] = [
  [0, 'a few seconds left'],
  [9, 'a few seconds left'],
  [12, 'about 15 s left'],
  [89, 'about 90 s left'],
  [91, 'about 2 min left'],
  [190, 'about 3 min left'],
  [89 * 60, 'about 89 min left'],
  [130 * 60, 'about 2 h 10 min left'],
];

for (const [seconds, text] of spoken) {
  test(`${seconds} s: ${text}`, () => assert.is(aboutLeft(seconds * 1000), text));
}

function written(terminal: { readonly isTTY?: boolean; readonly columns?: number }) {
  let text = '';
  const line = createProgress({
    ...terminal,
    write(more) {
      text += more;
    },
  });
  return { line, text: () => text };
}

const steady = { phase: 'steady', elapsedMs: 100, totalMs: 1000, eventsPerS: 210.4 };

test('elsewhere than on a terminal: a line for each phase of each cell', () => {
  const { line, text } = written({});
  line.cell('stress redis+postgres round 2', 6, 40);
  line.update({ ...steady, phase: 'warmup', eventsPerS: null }, 200_000);
  line.update(steady, 190_000);
  line.update(steady, 189_000);
  line.cell('stress memory round 2', 7, 40);
  line.update(steady, 170_000);
  line.clear();
  assert.equal(text().split('\n'), [
    '[7/40] stress redis+postgres round 2 ... warmup, about 3 min left',
    '[7/40] stress redis+postgres round 2 ... steady, about 3 min left',
    '[8/40] stress memory round 2 ... steady, about 3 min left',
    '',
  ]);
});

test('a terminal that knows no width is taken for one of 80 columns', () => {
  const { line, text } = written({ isTTY: true, columns: 0 });
  line.cell('stress memory round 1', 0, 2);
  line.update(steady, 60_000);
  assert.match(text(), /\[1\/2\] stress memory round 1 \.\.\. steady 210 events\/s, about 60 s left$/);
});

test('on a terminal: one line that rewrites itself, is taken away, and fits', () => {
  const { line, text } = written({ isTTY: true, columns: 60 });
  line.cell('stress redis+postgres round 2', 6, 40);
  line.update(steady, 190_000);
  line.cell('a scenario with a long name and agents=1000 memory', 7, 40);
  line.update(steady, 190_000);
  line.clear();
  line.clear();
  const [first, ...shown] = text().split('\r\u001b[K');
  assert.is(first, '');
  assert.equal(shown, [
    '[7/40] stress redis+postgres round 2',
    '[7/40] stress re… ... steady 210 events/s, about 3 min left',
    '[8/40] a scenario with a long name and agents=1000 memory',
    '[8/40] a scenari… ... steady 210 events/s, about 3 min left',
    '',
  ]);
  assert.ok(shown.every((one) => one.length < 60));
});

test('on a terminal there is more below, once the load is looked at: rewritten, cut to fit, and taken away with it', () => {
  const { line, text } = written({ isTTY: true, columns: 60 });
  const live = {
    ...{ atMs: 500, offeredPerS: 200.4, ackedPerS: 199.6, deliveriesPerS: 600, errorsPerS: 0 },
    ...{ deliveryMs: 0.71234, lag: 3, rssMb: 100, loopDelayMs: 1 },
    faults: [
      { name: 'kill on bus.server', fromMs: 100, toMs: null },
      { name: 'delay on bus.calls', fromMs: 0, toMs: 50 },
    ],
    soFar: { verdict: 'FAIL' as const, broken: ['errors value <= 0'], judged: 2, of: 3 },
  };
  line.cell('stress memory', 0, 1);
  line.update({ ...steady, live }, 190_000);
  line.update(steady, 190_000);
  line.clear();
  const up = '\u001b[A\u001b[K'.repeat(3);
  const block = [
    '[1/1] stress mem… ... steady 210 events/s, about 3 min left',
    '  offered 200, acknowledged 200, delivered 600, errors 0 a…',
    '  so far: FAIL by 2 of 3 thresholds: errors value <= 0',
    '  in force: kill on bus.server',
  ].join('\n');
  const [first, ...shown] = text().split('\r\u001b[K');
  assert.is(first, '');
  assert.equal(shown, ['[1/1] stress memory', block, `${up}${block}`, up]);
});

test.run();
