/** Thresholds of one stack, of one environment, against a baseline, and abort bounds that wait: read, or refused at their place. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRelative } from '../../config/relative-bound.ts';
import { parseBound, parseThresholdKey, thresholdKey } from '../../config/threshold.ts';
import { isTestbedError, messageOf } from '../../core/error.ts';
import { thresholdsOn } from '../../scenarios/run/thresholds-of-stack.ts';
import { loadText } from './broken.ts';

const scenario = (thresholds: string, env: { [name: string]: string } = {}) =>
  loadText(
    `name: small\nworkload:\n  phases: [{ name: steady, for: 10s }]\nstacks: [memory, sqlite]\nthresholds:\n${thresholds}`,
    { env },
  );

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.ok(isTestbedError(error, 'INVALID_CONFIG'), messageOf(error));
    return messageOf(error);
  }
  throw new Error('it was not refused');
}

test('keys say what they are about, and are written as they are read', () => {
  const keys = [
    'spawn_ms',
    'spawn_ms{phase:a}',
    'spawn_ms{stack:redis+postgres}',
    'spawn_ms{phase:a,stack:redis}',
  ];
  assert.equal(keys.map(parseThresholdKey), [
    { metric: 'spawn_ms', phase: null, stack: null },
    { metric: 'spawn_ms', phase: 'a', stack: null },
    { metric: 'spawn_ms', phase: null, stack: 'redis+postgres' },
    { metric: 'spawn_ms', phase: 'a', stack: 'redis' },
  ]);
  for (const key of keys) assert.is(thresholdKey('spawn_ms', parseThresholdKey(key)), key);
  for (const key of ['spawn_ms{stack:a,phase:b}', 'spawn_ms{,stack:a}', 'spawn_ms{a}']) {
    assert.match(
      refusal(() => parseThresholdKey(key)),
      /unknown metric/,
    );
  }
});

test('what is said of a stack takes the place of what is said of all, there and nowhere else', () => {
  const { thresholds } = scenario(`  spawn_ms: "avg < 100ms"
  errors: "value <= 0"
  "spawn_ms{stack:sqlite}": { pass: "avg < 300ms", healthy: "avg < 200ms" }
  "spawn_ms{phase:steady}": "max < 1s"
  "errors{stack:sqlite}": null`);
  const on = (stack: string): readonly string[] =>
    thresholdsOn(stack, thresholds).map(
      ({ metric, phase, pass, healthy }) =>
        `${metric} ${phase} ${[...pass, ...healthy].map(({ text }) => text)}`,
    );
  assert.equal(on('memory'), [
    'spawn_ms null avg < 100 ms',
    'errors null value <= 0',
    'spawn_ms steady max < 1 s',
  ]);
  assert.equal(on('sqlite'), ['spawn_ms null avg < 300 ms,avg < 200 ms', 'spawn_ms steady max < 1 s']);
  assert.equal(
    thresholdsOn('sqlite', thresholds).filter((rule) => 'stack' in rule),
    [],
    'a record has what held on its stack, and nothing of others',
  );
});

test('an environment sets a limit, and a default where it does not', () => {
  const limits = (env: { [name: string]: string }) =>
    scenario(`  spawn_ms: "avg < $\{SPAWN_LIMIT:-100ms}"`, env).thresholds[0]?.pass[0]?.limit;
  assert.is(limits({}), 100);
  assert.is(limits({ SPAWN_LIMIT: '2s' }), 2000);
  assert.match(
    refusal(() => limits({ SPAWN_LIMIT: 'fast' })),
    /"fast" is not a limit/,
  );
});

const relative: readonly (readonly [text: string, factor: number, shown: string])[] = [
  ['value <= baseline * 1.1', 1.1, 'value <= baseline * 1.1'],
  ['value<=baseline*110%', 1.1, 'value <= baseline * 1.1'],
  ['value >= baseline * 90 %', 0.9, 'value >= baseline * 0.9'],
  ['value < baseline', 1, 'value < baseline'],
];
test('a limit may be so many times what a baseline had', () => {
  for (const [text, factor, shown] of relative) {
    const read = parseRelative(text, 'events_per_s', 'pass');
    assert.equal([read?.factor, read?.text], [factor, shown]);
    assert.equal(parseRelative(shown, 'events_per_s', 'pass'), read, 'what is shown reads back as the same');
  }
  assert.is(parseRelative('value < 5', 'events_per_s', 'pass'), null);
  const { thresholds } = scenario(
    '  publish_ms: { pass: ["p(99) < baseline * 2", "avg < 1s"], healthy: "avg < baseline" }',
  );
  assert.equal(
    thresholds.map(({ pass, healthy, relative: bounds = [] }) => [
      pass.map(({ text }) => text),
      healthy.length,
      bounds.map(({ use, text }) => `${use} ${text}`),
    ]),
    [[['avg < 1 s'], 0, ['pass p(99) < baseline * 2', 'healthy avg < baseline']]],
  );
});

test('an abort bound may wait', () => {
  const bound = parseBound('value > 100 over 5s after 1m', 'errors', 'abort');
  assert.equal([bound.overMs, bound.afterMs, bound.text], [5000, 60_000, 'value > 100 over 5 s after 1 m']);
  assert.equal(parseBound('value > 100 after 10s', 'errors', 'abort').afterMs, 10_000);
  assert.not.ok('afterMs' in parseBound('value > 100', 'errors', 'abort'));
});

const refused: readonly (readonly [thresholds: string, says: RegExp])[] = [
  [
    '  errors: "value <= baseline * fast"',
    /6:11.*"\* fast" is no factor \(allowed: baseline, baseline \* 1\.1/,
  ],
  ['  errors: "value <= baseline + 1"', /"\+ 1" is no factor/],
  ['  errors: "value <= baseline * 0"', /is no factor/],
  ['  errors: "avg <= baseline"', /unknown aggregator "avg" for errors/],
  ['  errors: "value =< baseline"', /unknown operator =</],
  ['  errors: { abort: "value > baseline * 2" }', /abort takes a number/],
  ['  errors: "value <= 1 after 5s"', /after is for abort/],
  ['  errors: { abort: "value > 1 after 1ms" }', /after 1ms: must be from 100ms to 1h/],
  ['  "errors{stack:rediss}": "value <= 0"', /6:3.*unknown .*rediss/],
  [
    '  "spawn_ms{phase:stedy,stack:sqlite}": "avg < 1s"',
    /the phase "stedy" is not in the workload; did you mean "steady"/,
  ],
];
for (const [thresholds, says] of refused) {
  test(`refused: ${thresholds.trim()}`, () => {
    assert.match(
      refusal(() => scenario(thresholds)),
      says,
    );
  });
}

test('steady_state takes numbers, and is the same on every stack', () => {
  const steady = (rule: string) => () =>
    loadText(
      `name: small\nworkload:\n  phases: [{ name: steady, for: 10s }]\nsteady_state:\n  before: 2s\n  thresholds:\n    ${rule}\nfaults: [{ at: 5s, for: 1s, fault: delay, on: bus.calls, delay: 10ms }]\n`,
    );
  assert.match(
    refusal(steady('errors: "value <= baseline"')),
    /baseline is for thresholds: steady_state takes numbers/,
  );
  assert.match(
    refusal(steady('"errors{stack:memory}": "value <= 0"')),
    /\{stack:memory\} is for thresholds|unknown key/,
  );
});

test.run();
