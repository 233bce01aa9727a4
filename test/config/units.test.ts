import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readSchema } from '../../config/schema.ts';
import {
  durationUnits,
  parseCount,
  parseDuration,
  parsePercent,
  parseRamp,
  parseRange,
  parseRate,
  parseSize,
  sizeUnits,
} from '../../config/units.ts';
import { isTestbedError } from '../../core/error.ts';

const seed = 20261124;

const read: readonly (readonly [parse: (text: string) => unknown, text: string, value: unknown])[] = [
  [parseDuration, '5s', 5000],
  [parseDuration, '5 s', 5000],
  [parseDuration, '0s', 0],
  [parseDuration, '250us', 0.25],
  [parseDuration, '1.1s', 1100],
  [parseDuration, '0.1ms', 0.1],
  [parseDuration, '2m', 120_000],
  [parseDuration, '24h', 86_400_000],
  [parseSize, '0B', 0],
  [parseSize, '1KiB', 1024],
  [parseSize, '1kB', 1000],
  [parseSize, '1KB', 1000],
  [parseSize, '1.5 MiB', 1_572_864],
  [parseSize, '2MB', 2_000_000],
  [parseSize, '1GiB', 1_073_741_824],
  [parseRate, '10/s', { perS: 10, perAgent: false }],
  [parseRate, '10/s per agent', { perS: 10, perAgent: true }],
  [parseRate, '10 / s', { perS: 10, perAgent: false }],
  [parseRate, '600/min', { perS: 10, perAgent: false }],
  [parseRate, '36/h per agent', { perS: 0.01, perAgent: true }],
  [parseRamp, 'x2', { from: 2, to: 2 }],
  [parseRamp, 'x0', { from: 0, to: 0 }],
  [parseRamp, 'x1..x4', { from: 1, to: 4 }],
  [parseRamp, 'x4..x0.5', { from: 4, to: 0.5 }],
  [parseRange, '1..5', { min: 1, max: 5 }],
  [parsePercent, '99.9 %', 99.9],
  [parsePercent, '100%', 100],
  [parseCount, '1000', 1000],
];

for (const [parse, text, value] of read) {
  test(`${parse.name}: ${text}`, () => assert.equal(parse(text), value));
}

const refused: readonly (readonly [parse: (text: string) => unknown, text: string, says: string])[] = [
  [parseDuration, '5', '"5" has no unit'],
  [parseDuration, '', '"" is not a duration'],
  [parseDuration, '-5s', '"-5s" is not a duration'],
  [parseDuration, '+5s', 'is not a duration'],
  [parseDuration, ' 5s', 'is not a duration'],
  [parseDuration, '5s ', 'unknown unit'],
  [parseDuration, '5  s', 'is not a duration'],
  [parseDuration, '5e3s', 'unknown unit "e3s"'],
  [parseDuration, '.5s', 'is not a duration'],
  [parseDuration, '5.s', 'is not a duration'],
  [parseDuration, 'NaNs', 'is not a duration'],
  [parseDuration, '5S', 'did you mean "s"?'],
  [parseDuration, '5sec', 'did you mean "s"?'],
  [parseDuration, '5 minutes', 'did you mean "m"?'],
  [parseDuration, '5msec', 'did you mean "ms"?'],
  [parseDuration, '5µs', 'did you mean "us"?'],
  [parseDuration, '9999999999999999s', 'is not a duration'],
  [parseSize, '1kb', 'did you mean "kB"?'],
  [parseSize, '1Kib', 'did you mean "KiB"?'],
  [parseSize, '0.3B', 'not a whole number of bytes'],
  [parseSize, '1024', 'has no unit'],
  [parseRate, '10', 'has no unit'],
  [parseRate, '10/sec', 'did you mean "/s"?'],
  [parseRate, '10 per second', 'did you mean "/s"?'],
  [parseRate, '10/m', 'did you mean "/min"?'],
  [parseRate, '10/s per agents', 'unknown unit'],
  [parseRamp, '2', 'is not a multiplier'],
  [parseRamp, 'x1..4', 'is not a multiplier'],
  [parseRamp, 'x-1', 'is not a multiplier'],
  [parseRange, '5..1', 'did you mean "1..5"?'],
  [parseRange, '1...5', 'is not a range'],
  [parseRange, '1', 'is not a range'],
  [parsePercent, '101%', 'more than 100 %'],
  [parsePercent, '5', 'has no unit'],
  [parseCount, '1e3', 'is not a whole number'],
  [parseCount, '1_000', 'is not a whole number'],
];

for (const [parse, text, says] of refused) {
  test(`${parse.name} refuses ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parse(text),
      (error: unknown) => isTestbedError(error, 'INVALID_CONFIG') && error.message.includes(says),
    );
  });
}

test('a whole number in any unit comes out exactly', () => {
  const units = fc.constantFrom(...Object.entries({ ...durationUnits, us: 0.001 }));
  fc.assert(
    fc.property(fc.nat(1_000_000), units, (number, [unit, factor]) => {
      assert.equal(parseDuration(`${number}${unit}`), unit === 'us' ? number / 1000 : number * factor);
    }),
    { seed, numRuns: 500 },
  );
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      fc.constantFrom(...Object.entries(sizeUnits)),
      (number, [unit, factor]) => {
        assert.equal(parseSize(`${number} ${unit}`), number * factor);
      },
    ),
    { seed, numRuns: 500 },
  );
});

const parsers: { readonly [definition: string]: (text: string) => unknown } = {
  duration: parseDuration,
  size: parseSize,
  rate: parseRate,
  ramp: parseRamp,
  range: parseRange,
};
const pieces = fc.constantFrom(
  '1',
  '0',
  '5',
  '.',
  '..',
  ' ',
  's',
  'ms',
  'm',
  'h',
  'B',
  'KiB',
  'kB',
  '/',
  '/s',
  '/min',
  ' per agent',
  'x',
  'x2',
  '-',
  'e',
  'µ',
  '\n',
  '',
);
const nearly = fc.oneof(
  fc.string(),
  fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join('')),
);

for (const [definition, parse] of Object.entries(parsers)) {
  test(`whatever is written, ${definition} is read or refused, and editors agree`, () => {
    const { definitions } = readSchema() as unknown as {
      definitions: { [name: string]: { pattern: string } };
    };
    const pattern = new RegExp((definitions[definition] as { pattern: string }).pattern, 'u');
    fc.assert(
      fc.property(nearly, (text) => {
        try {
          const numbers = [parse(text)].flatMap((value) =>
            typeof value === 'object' ? Object.values(value as object) : [value],
          );
          assert.ok(
            numbers.every(
              (value) => typeof value === 'boolean' || (Number.isFinite(value) && (value as number) >= 0),
            ),
          );
          assert.ok(pattern.test(text), `${JSON.stringify(text)} is read, and the schema refuses it`);
        } catch (error) {
          if (!isTestbedError(error, 'INVALID_CONFIG')) throw error;
          // The schema cannot see that a range runs backwards or that bytes are not whole.
          const unseen = /runs backwards|whole number of bytes/.test(error.message);
          assert.ok(
            unseen || !pattern.test(text),
            `${JSON.stringify(text)} is refused, and the schema allows it`,
          );
        }
      }),
      { seed, numRuns: 3000 },
    );
  });
}

test.run();
