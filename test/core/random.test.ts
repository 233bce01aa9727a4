import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, type Random } from '../../core/random.ts';

const drawn = (random: Random): string => Array.from({ length: 4 }, () => random.next()).join(' ');
const seeds = [
  0,
  1,
  2,
  5,
  -1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 32 + 1,
  5 * 2 ** 32 + 1,
  2 ** 52 + 1,
  2 ** 53 - 1,
];

test('the same seed and calls give the same values', () => {
  for (const seed of seeds) {
    assert.is(drawn(createRandom(seed)), drawn(createRandom(seed)));
    assert.is(drawn(createRandom(seed).fork('a').fork('b')), drawn(createRandom(seed).fork('a').fork('b')));
  }
});

test('every seed has streams of its own, and so has every label, at any depth', () => {
  const labels = ['', 'a', 'b', 'events', 'events/arrivals', 'agent-1-1', 'agent-1-2'];
  const streams = seeds.flatMap((seed) => {
    const random = createRandom(seed);
    const forks = labels.map((label) => random.fork(label));
    return [random, ...forks, ...forks.flatMap((fork) => labels.map((label) => fork.fork(label)))].map(drawn);
  });
  assert.is(new Set(streams).size, streams.length);
});

test('two hundred thousand forks of one stream are as many streams', () => {
  const random = createRandom(1);
  const firsts = new Set<string>();
  const count = 200_000;
  for (let index = 0; index < count; index++) {
    const fork = random.fork(`agent-${index % 1000}-${Math.floor(index / 1000)}`);
    firsts.add(`${fork.next()} ${fork.next()}`);
  }
  assert.is(firsts.size, count);
});

test('a fork shifts no draw of the stream it comes from', () => {
  const [plain, forked] = [createRandom(7), createRandom(7)];
  forked.fork('a').next();
  assert.is(drawn(plain), drawn(forked));
});

for (const [name, make] of [
  ['one stream', (): (() => number) => createRandom(3).next],
  [
    'the first draws of neighbouring forks',
    (): (() => number) => {
      const random = createRandom(3);
      let index = 0;
      return () => random.fork(`slot ${index++}`).next();
    },
  ],
  [
    'the first draws of neighbouring seeds',
    (): (() => number) => {
      let seed = 0;
      return () => createRandom(seed++).fork('stress').next();
    },
  ],
] as const) {
  test(`${name}: uniform, and the next does not follow from the last`, () => {
    const next = make();
    const count = 100_000;
    const cells = new Float64Array(100);
    let last = next();
    for (let index = 0; index < count; index++) {
      const value = next();
      const cell = 10 * Math.floor(last * 10) + Math.floor(value * 10);
      cells[cell] = (cells[cell] as number) + 1;
      last = value;
    }
    // Chi-square with 99 degrees of freedom: beyond 160 once in ten thousand.
    const chiSquare = cells.reduce((sum, seen) => sum + (seen - count / 100) ** 2 / (count / 100), 0);
    assert.ok(chiSquare < 160, `${chiSquare}`);
  });
}

test.run();
