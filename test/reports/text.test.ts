import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isInside } from '../../reports/bound.ts';
import { foldParts, foldText } from '../../reports/formats/fold.ts';
import { boundText, durationText, numberText, plainText } from '../../reports/formats/number-text.ts';
import { lineAndColumn, offsetOf, pathText, type Step } from '../../reports/json-position.ts';
import type { Bound } from '../../reports/threshold.ts';
import { bound } from './sample-record.ts';

const numbers: readonly (readonly [value: number, unit: string, limits: readonly string[], text: string])[] =
  [
    [0.083_21, 'ms', [], '0.0832'],
    [1.5, 'ms', [], '1.5'],
    [1234.5, '1/s', [], '1230'],
    [2_013_442, '1/s', [], '2010000'],
    [0, 'ms', [], '0'],
    [0.000_000_4, 'ms', [], '4e-7'],
    [-3.214, 'MB', [], '-3.21'],
    [12_345, 'count', [], '12345'],
    [2.5, 'count', [], '2.5'],
    [299.97, '1/s', [], '300'],
    [299.97, '1/s', ['value >= 300'], '299.97'],
    [300.04, '1/s', ['value >= 300'], '300'],
    [499.9, 'ms', ['avg < 500'], '499.9'],
    [199.96, 'ms', ['avg < 500', 'avg < 200'], '199.96'],
    [100, '%', [], '100'],
    [99.97, '%', [], '99.97'],
    [99.9, '%', [], '99.9'],
    [89.99, '%', ['value >= 90'], '89.99'],
  ];

for (const [value, unit, limits, text] of numbers) {
  test(`${value} ${unit}${limits.length > 0 ? ` against ${limits}` : ''} is printed ${text}`, () => {
    assert.is(numberText(value, unit, limits.map(bound)), text);
  });
}

test('a printed number is never on the other side of its limit, nor a false 100 %', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0, max: 1e6, noNaN: true })),
      fc.constantFrom<Bound['operator']>('<', '<=', '>', '>=', '=='),
      (value, limit, operator) => {
        const shown = Number(numberText(value, '%', [{ operator, limit }]));
        assert.is(isInside(shown, { operator, limit }), isInside(value, { operator, limit }));
        assert.is(shown === 100, value === 100);
        assert.is(shown === 0, value === 0);
      },
    ),
    { numRuns: 1000 },
  );
});

test('bounds and durations', () => {
  assert.is(boundText(bound('avg < 500'), 'ms'), '< 500 ms');
  assert.is(boundText(bound('value >= 300'), '1/s'), '>= 300');
  assert.is(boundText({ operator: '>=', limit: 1.1 * 300 }, '1/s'), '>= 330');
  assert.is(boundText(bound('value == 0'), 'count'), '== 0');
  assert.equal([12.3, 999, 4000, 75_300, 754_000].map(durationText), [
    '12.3 ms',
    '999 ms',
    '4 s',
    '75.3 s',
    '12.6 min',
  ]);
});

test('text of others has nothing that a terminal obeys', () => {
  assert.is(plainText('a\u001B[31mred\r\n\u0000b\u2028c'), 'a [31mred b c');
});

test('folding keeps every character and every width', () => {
  assert.equal(foldParts(['aa', 'bb', 'cc'], 7, '   '), ['aa   bb', 'cc']);
  assert.equal(foldText('one two three', 9, 2), ['one two', '  three']);
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,30}$/)),
      fc.integer({ min: 20, max: 60 }),
      (words, width) => {
        const lines = foldText(words.join(' '), width, 2);
        assert.is(lines.join('').replaceAll(' ', ''), words.join(''));
        for (const line of lines) assert.ok(line.length <= width, line);
      },
    ),
  );
});

const document = '{\n "a": {"b": [10, {"c": "x\\"]}"}, [[]]]},\n "": null, "a b": 1, "d": 1, "d": 2 }';
const positions: readonly (readonly [steps: readonly Step[], found: string, path: string])[] = [
  [[], '{', ''],
  [['a'], '{"b"', 'a'],
  [['a', 'b'], '[10', 'a.b'],
  [['a', 'b', 0], '10', 'a.b[0]'],
  [['a', 'b', 1, 'c'], '"x', 'a.b[1].c'],
  [['a', 'b', 2, 0], '[]]', 'a.b[2][0]'],
  [[''], 'null', '[""]'],
  [['a b'], '1, "d"', '["a b"]'],
  [['d'], '2 }', 'd'],
  [['a', 'none'], '{"b"', 'a.none'],
  [['a', 'b', 9], '[10', 'a.b[9]'],
  [['a', 'b', 0, 'x'], '10', 'a.b[0].x'],
];

for (const [steps, found, path] of positions) {
  test(`the position of "${path}"`, () => {
    assert.ok(document.slice(offsetOf(document, steps)).startsWith(found));
    assert.is(pathText(steps), path);
  });
}

test('every value of any document is found where it stands', () => {
  const steps = (value: unknown): Step[][] =>
    typeof value !== 'object' || value === null
      ? [[]]
      : (Array.isArray(value) ? [...value.entries()] : Object.entries(value)).flatMap(([key, inner]) =>
          steps(inner).map((rest) => [key, ...rest]),
        );
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      for (const path of steps(value)) {
        const leaf = path.reduce<unknown>(
          (at, step) => (at as Record<Step, unknown>)[step],
          JSON.parse(text),
        );
        assert.ok(text.startsWith(JSON.stringify(leaf), offsetOf(text, path)));
      }
    }),
  );
});

test('lines and columns count from 1', () => {
  assert.equal(
    [0, 1, 2, 5].map((offset) => lineAndColumn('a\nbcd', offset)),
    ['1:1', '1:2', '2:1', '2:4'],
  );
});

test.run();
