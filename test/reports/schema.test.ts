/** The schemas against the types and the contract: every field is required, described and nothing more. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import indexSchema from '../../reports/index.schema.json' with { type: 'json' };
import { parseIndex, parseRecord } from '../../reports/read-result.ts';
import recordSchema from '../../reports/record.schema.json' with { type: 'json' };
import { RecordError } from '../../reports/record-error.ts';
import { sampleIndex, sampleRecord } from './sample-record.ts';

const contract = {
  record:
    'schemaVersion scenario stack iteration seed startedAt durationMs verdict environment generator workload durability traits phases faults metrics parameters series histograms thresholds checks findings files',
  index: 'schemaVersion testbed command seed startedAt verdict cells',
  phase: 'name fromMs toMs warmup',
  fault: 'fault on options injectedAtMs confirmedAtMs healedAtMs verifiedAtMs',
  histogram: 'unit count avg min p50 p90 p95 p99 p999 max',
  number: 'unit value',
  threshold: 'metric phase rule observed verdict',
  check: 'check verdict detail evidence',
  cell: 'scenario stack iteration seed verdict record',
};
const schemas: { readonly [name in keyof typeof contract]: { readonly properties: object } } = {
  record: recordSchema,
  index: indexSchema,
  phase: recordSchema.$defs.phase,
  fault: recordSchema.$defs.fault,
  histogram: recordSchema.$defs.histogram,
  number: recordSchema.$defs.number,
  threshold: recordSchema.$defs.threshold,
  check: recordSchema.$defs.check,
  cell: indexSchema.properties.cells.items,
};

for (const [name, fields] of Object.entries(contract)) {
  test(`${name} has the fields of the contract`, () => {
    const known = Object.keys(schemas[name as keyof typeof contract].properties);
    assert.equal(
      fields.split(' ').filter((field) => !known.includes(field)),
      [],
    );
  });
}

test('the schema of the record has the fields of its type, and requires all but what few have', async () => {
  const record = sampleRecord();
  assert.equal(
    Object.keys(recordSchema.properties).sort(),
    [...Object.keys(record), 'asked', 'key', 'replicas', 'shown'].sort(),
  );
  for (const field of Object.keys(record)) {
    const { [field]: _, ...rest } = record as unknown as Record<string, unknown>;
    try {
      await parseRecord(JSON.stringify(rest), 'r.json');
      assert.unreachable(field);
    } catch (error) {
      assert.instance(error, RecordError);
      assert.is((error as RecordError).at, field);
    }
  }
});

test('a record with faults, phases and every optional part is valid', async () => {
  const at = { injectedAtMs: 1, confirmedAtMs: 2, healedAtMs: null, verifiedAtMs: null };
  const record = sampleRecord({
    faults: [{ fault: 'delay', on: 'bus.calls', options: { ms: 5 }, ...at }],
    parameters: { agents: 100 },
    replicas: 1,
    metrics: { 'spawn_ms{phase:after the fault}': { unit: 'ms', count: 1, avg: 1, min: 1, p50: 1, max: 1 } },
    histograms: {},
  });
  assert.equal(await parseRecord(JSON.stringify(record), 'r.json'), record);
});

test('an index with parameters and a cell without a record is valid', async () => {
  const index = sampleIndex([
    sampleRecord(),
    { stack: 'redis', verdict: 'UNSUPPORTED', reason: 'no server' },
  ]);
  const cells = index.cells.map((cell) => ({ ...cell, parameters: { agents: 50 } }));
  assert.equal(await parseIndex(JSON.stringify({ ...index, cells }), 'index.json'), { ...index, cells });
});

test.run();
