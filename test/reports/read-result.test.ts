import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseIndex, parseRecord, readResult } from '../../reports/read-result.ts';
import type { RunRecord } from '../../reports/record.ts';
import { RecordError } from '../../reports/record-error.ts';
import { sampleIndex, sampleRecord } from './sample-record.ts';

const test = suite('read-result');
const record = sampleRecord();
const text = JSON.stringify(record, null, 1);

async function refusal(attempt: Promise<unknown>): Promise<RecordError> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof RecordError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

test('a record reads back as it was, with a byte-order mark or without', async () => {
  assert.equal(await parseRecord(text, 'r.json'), record);
  assert.equal(await parseRecord(`\uFEFF${text.replaceAll('\n', '\r\n')}`, 'r.json'), record);
});

/** A record with the value at a path replaced (undefined: removed). */
function changed(path: string, value: unknown): string {
  const copy = structuredClone(record) as unknown as Record<string, unknown>;
  const steps = path.split('/');
  const last = steps.pop() as string;
  const owner = steps.reduce<Record<string, unknown>>(
    (at, step) => at[step] as Record<string, unknown>,
    copy,
  );
  if (value === undefined) delete owner[last];
  else owner[last] = value;
  return JSON.stringify(copy, null, 1);
}

type Row = readonly [path: string, value: unknown, at: string, message: RegExp];
const refused: readonly Row[] = [
  ['schemaVersion', 2, 'schemaVersion', /has version 2, this testbed reads version 1/],
  ['schemaVersion', undefined, 'schemaVersion', /is missing/],
  ['verdict', 'PASSED', 'verdict', /must be one of PASS, DEGRADED, FAIL.*not "PASSED"/],
  ['interrupted', 'no', 'interrupted', /must be boolean, not "no"/],
  ['iteration', 0, 'iteration', /must be >= 1/],
  ['startedAt', 'yesterday', 'startedAt', /ISO 8601/],
  ['durationMs', -1, 'durationMs', /must be >= 0/],
  ['verdct', 'PASS', 'verdct', /unknown field \(allowed: schemaVersion, scenario/],
  ['metrics/errors/value', '0', 'metrics.errors.value', /must be number, not "0"/],
  ['metrics/errors/value', null, 'metrics.errors.value', /must be number, not null/],
  ['metrics/spawn_ms/avg', undefined, 'metrics.spawn_ms.avg', /is missing/],
  ['metrics/spawn_ms/count', 0, 'metrics.spawn_ms.count', /must be >= 1/],
  ['metrics/spawn_ms/p9', 1, 'metrics.spawn_ms.p9', /unknown field \(allowed: unit, count/],
  ['metrics/errors/count', 3, 'metrics.errors.count', /unknown field/],
  ['metrics/Big Metric', { unit: 'ms', value: 1 }, 'metrics["Big Metric"]', /not a name/],
  ['metrics', [], 'metrics', /must be object, not a list/],
  ['phases/1/toMs', '4000', 'phases[1].toMs', /must be number/],
  ['phases/1/toMs', -5, 'phases[1]', /ends before it begins/],
  ['thresholds/0/verdict', 'OK', 'thresholds[0].verdict', /must be one of/],
  ['rules/0/pass/0/operator', '!=', 'rules[0].pass[0].operator', /must be one of <, <=/],
  ['checks/0/verdict', 'DEGRADED', 'checks[0].verdict', /must be one of PASS, FAIL/],
  ['files/0', '../../etc/passwd', 'files[0]', /stays inside its folder/],
  ['files/0', '/etc/passwd', 'files[0]', /stays inside its folder/],
  ['series/deliveries_per_s/values/1', 'x', 'series.deliveries_per_s.values[1]', /number or null/],
  ['metrics/spawn_ms/p50', 1000, 'metrics.spawn_ms', /ascending order/],
  ['metrics/spawn_ms/avg', 900, 'metrics.spawn_ms', /ascending order/],
  ['metrics/spawn_ms/count', 121, 'histograms.spawn_ms', /120 samples, the metric of that name 121/],
  ['metrics/spawn_ms/avg', 40, 'histograms.spawn_ms', /average is 80, the metric says 40/],
  ['histograms/spawn_ms/count', 7, 'histograms.spawn_ms', /buckets hold 120 samples/],
  ['histograms/spawn_ms/buckets/1/0', 8.05, 'histograms.spawn_ms', /ascending/],
];

for (const [path, value, at, message] of refused) {
  test(`refused: ${path} = ${JSON.stringify(value)}`, async () => {
    const error = await refusal(parseRecord(changed(path, value), 'r.json'));
    assert.is(error.code, 'INVALID_RECORD');
    assert.is(error.at, at);
    assert.match(error.path, /^r\.json:\d+:\d+$/);
    assert.match(error.message, message);
  });
}

test('the position is that of the value', async () => {
  const lines = '{\n "schemaVersion": 1,\n "testbed": "0.1.0", "seed": "one"\n}';
  const error = await refusal(parseIndex(lines, 'index.json'));
  assert.match(error.message, /command: is missing/);
  const full = JSON.stringify({ ...sampleIndex([record]), seed: 'one' }, null, 2);
  const line = full.split('\n').findIndex((one) => one.includes('"seed": "one"'));
  const wrong = await refusal(parseIndex(full, 'index.json'));
  assert.is(wrong.path, `index.json:${line + 1}:11`);
  assert.is(wrong.at, 'seed');
});

const texts: readonly (readonly [text: string, message: RegExp])[] = [
  ['', /^r\.json:1:1: .*truncated/],
  ['{', /truncated/],
  ['{"a": 1,}', /^r\.json:1:9: not JSON/],
  ['{"a": NaN}', /^r\.json: not JSON.*NaN/],
  ['[]', /must be object/],
  ['null', /must be object/],
  ['7', /must be object/],
  ['{}', /schemaVersion: is missing/],
  [`${text}x`, /not JSON/],
];

for (const [given, message] of texts) {
  test(`refused: ${given.length > 20 ? 'a record with more behind it' : given || 'nothing'}`, async () => {
    assert.match((await refusal(parseRecord(given, 'r.json'))).message, message);
  });
}

test('a record cut off anywhere is refused', async () => {
  const compact = JSON.stringify(record);
  for (let length = 0; length < compact.length; length++) {
    const error = await refusal(parseRecord(compact.slice(0, length), 'r.json'));
    assert.match(error.message, /truncated/, `${length} characters: ${error.message}`);
  }
});

test('a text that is too large is refused before anything is made of it', async () => {
  const error = await refusal(parseRecord(' '.repeat(64 * 1024 * 1024 + 1), 'r.json'));
  assert.match(error.message, /^r\.json: too large: 67108865 characters, at most 67108864/);
});

test('nesting deeper than any stack is refused like the rest', async () => {
  const nest = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  for (const deep of [nest, `{"schemaVersion":${nest}}`, text.replace('"cores": 2', `"cores": ${nest}`)]) {
    assert.match((await refusal(parseRecord(deep, 'r.json'))).message, /nested deeper than 100/);
  }
});

/** Every place in a document. */
function places(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  const inner = Object.entries(value).flatMap(([key, child]) => places(child, [...path, key]));
  return path.length === 0 ? inner : [[...path], ...inner];
}

test('a record with any one value changed, removed or added is read as it stands or refused', async () => {
  const everywhere = places(record).map((path) => path.join('/'));
  let accepted = 0;
  let rejected = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...everywhere),
      fc.oneof(
        fc.constant(undefined),
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom(-1, 1e308, '', '__proto__'),
      ),
      async (path, value) => {
        const mutated = changed(path, value);
        try {
          assert.equal(await parseRecord(mutated, 'r.json'), JSON.parse(mutated));
          accepted++;
        } catch (error) {
          assert.instance(error, RecordError);
          rejected++;
        }
      },
    ),
    { numRuns: 2000, seed: 1 },
  );
  assert.ok(accepted > 100 && rejected > 100, `${accepted} accepted, ${rejected} rejected`);
});

test('any text at all is a record or refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (given) => {
      await refusal(parseRecord(given, 'r.json'));
    }),
    { numRuns: 500, seed: 2 },
  );
});

let folder = '';
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'testbed-read-'));
});
test.after.each(() => rmSync(folder, { recursive: true }));

function put(path: string, document: unknown): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof document === 'string' ? document : JSON.stringify(document));
}

function putResult(records: readonly RunRecord[], index = sampleIndex(records)): void {
  for (const [at, cell] of index.cells.entries()) if (cell.record !== null) put(cell.record, records[at]);
  put('index.json', index);
}

test('a folder reads back: index, records by position, no doubts', async () => {
  const records = [record, sampleRecord({ stack: 'sqlite', iteration: 2, seed: 2 })];
  const without = {
    stack: 'redis',
    verdict: 'UNSUPPORTED' as const,
    reason: 'redis-server is not installed',
  };
  putResult(records, sampleIndex([...records, without]));
  const result = await readResult(folder);
  assert.equal(result.records, [...records, null]);
  assert.equal(result.index.cells[2]?.reason, 'redis-server is not installed');
  assert.equal(result.doubts, []);
});

test('an empty folder, a missing record and a truncated one are named', async () => {
  assert.match((await refusal(readResult(folder))).message, /index\.json: not there/);
  put('index.json', sampleIndex([record]));
  const missing = await refusal(readResult(folder));
  assert.match(missing.message, /record\.json: not there, though index\.json lists it for stress on memory/);
  put(sampleIndex([record]).cells[0]?.record ?? '', text.slice(0, 300));
  assert.match((await refusal(readResult(folder))).message, /record\.json:\d+:\d+: .*truncated/);
});

test('an index that points out of its folder is refused', async () => {
  const index = sampleIndex([record]);
  for (const path of ['../other/record.json', '/etc/passwd', 'cells/../../x.json', '..', 'C:\\x']) {
    put('index.json', { ...index, cells: [{ ...index.cells[0], record: path }] });
    assert.match((await refusal(readResult(folder))).message, /cells\[0\]\.record/, path);
  }
});

const doubtful: readonly (readonly [what: string, change: Partial<RunRecord>, doubt: RegExp])[] = [
  ['the labels of another cell', { stack: 'sqlite' }, /stack is sqlite, the index says memory/],
  [
    'the values of another cell',
    { parameters: { agents: 10 } },
    /parameters are \{"agents":10\}, the index says \{\}/,
  ],
  ['the seed of another run', { seed: 99 }, /seed is 99, the index says 1/],
];

for (const [what, change, doubt] of doubtful) {
  test(`doubted: ${what}`, async () => {
    const index = sampleIndex([record]);
    put('index.json', index);
    put(index.cells[0]?.record ?? '', { ...record, ...change });
    const { doubts } = await readResult(folder);
    assert.ok(
      doubts.some((one) => doubt.test(one)),
      doubts.join('\n'),
    );
  });
}

test('doubted: an index that differs from its record, or from its own cells', async () => {
  const failed = sampleRecord({
    rules: [],
    checks: [{ check: 'no-phantom', verdict: 'FAIL', detail: '', evidence: [] }],
  });
  const index = sampleIndex([record]);
  put('index.json', index);
  put(index.cells[0]?.record ?? '', failed);
  assert.match((await readResult(folder)).doubts.join('\n'), /verdict is FAIL, the index says PASS/);
  put('index.json', { ...sampleIndex([failed]), verdict: 'PASS' });
  assert.match((await readResult(folder)).doubts.join('\n'), /verdict is PASS, its cells make it FAIL/);
  putResult([record], { ...index, verdict: 'INCONCLUSIVE' });
  assert.equal((await readResult(folder)).doubts, [], 'a run that was stopped before its last cell');
});

test.run();
