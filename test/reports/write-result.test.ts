import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readResult } from '../../reports/read-result.ts';
import { RecordError } from '../../reports/record-error.ts';
import { writeWhole } from '../../reports/whole-file.ts';
import { createResultFolder, recordPathOf, writeIndex, writeRecord } from '../../reports/write-result.ts';
import { number, sampleIndex, sampleRecord } from './sample-record.ts';

const test = suite('write-result');
let folder = '';
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'testbed-write-'));
});
test.after.each(() => rmSync(folder, { recursive: true }));

test('folders are named by time and label, and never shared', async () => {
  const parent = join(folder, 'not', 'there', 'yet');
  const make = () => createResultFolder(parent, '2026-11-24T09:12:07.250Z', 'stress');
  const made = await Promise.all([make(), make(), make()]);
  const names = made.map((path) => basename(path)).sort();
  const first = '2026-11-24T09-12-07-stress';
  assert.equal(names, [first, `${first}-2`, `${first}-3`]);
  const strange = await createResultFolder(parent, '2026-11-24T09:12:07Z', '../../x');
  assert.ok(strange.startsWith(join(parent, '2026-11-24T09-12-07-')));
});

const hostile = [
  '..',
  '.',
  '../x',
  'a/b',
  'a_b',
  'a\\b',
  'a:b',
  '',
  ' ',
  '-rf',
  '.git',
  'ä',
  'x'.repeat(300),
  'y'.repeat(300),
];

test('no two names of stacks share a record, and none leaves its folder', () => {
  const paths = hostile.map((stack) => recordPathOf({ scenario: 'stress', stack, iteration: 1 }));
  assert.is(new Set(paths).size, hostile.length);
  for (const path of paths) {
    assert.match(path, /^cells\/stress\/[A-Za-z0-9_+~][A-Za-z0-9._+~-]{0,80}\/1\/record\.json$/);
  }
  const plain = recordPathOf({ scenario: 'stress', stack: 'memory+sqlite', iteration: 3 });
  assert.is(plain, 'cells/stress/memory+sqlite/3/record.json');
});

test('cells that differ in parameters never share a record either', () => {
  const values: readonly { readonly [name: string]: unknown }[] = [
    {},
    { agents: 10 },
    { agents: 100 },
    { agents: 10, events: '10/s' },
    { agents: 10, events: '10_s' },
    { 'options.bus.a_b': 1 },
    { 'options.bus.a': 'b_1' },
    { a: '1_b-2' },
    { a: 1, b: 2 },
    { ['x'.repeat(200)]: 1 },
    { [`${'x'.repeat(200)}y`]: 1 },
    { a: '../../../etc' },
  ];
  const paths = values.map((parameters) =>
    recordPathOf({ scenario: 'stress', parameters, stack: 'memory', iteration: 1 }),
  );
  assert.is(new Set(paths).size, values.length);
  for (const path of paths) {
    assert.match(path, /^cells\/stress\/([A-Za-z0-9_+~][A-Za-z0-9._+~-]{0,80}\/)?memory\/1\/record\.json$/);
  }
  assert.equal(paths.slice(0, 2), [
    'cells/stress/memory/1/record.json',
    'cells/stress/agents-10/memory/1/record.json',
  ]);
});

test('what is written reads back without a doubt', async () => {
  const records = [
    sampleRecord(),
    sampleRecord({ stack: 'memory+sqlite', iteration: 2 }),
    sampleRecord({ parameters: { agents: 10 } }),
  ];
  const paths = [];
  for (const record of records) paths.push(await writeRecord(folder, record));
  const index = sampleIndex(records);
  assert.equal(
    paths,
    index.cells.map(({ record }) => record),
  );
  await writeIndex(folder, index);
  const result = await readResult(folder);
  assert.equal(result.records, records);
  assert.equal(result.index, index);
  assert.equal(result.doubts, []);
});

test('a number that is none is refused and named, and nothing is written', async () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const record = sampleRecord({ metrics: { errors: number(value) } });
    try {
      await writeRecord(folder, record);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, RecordError);
      assert.match((error as RecordError).message, /metrics, value: (NaN|-?Infinity) cannot be recorded/);
    }
    assert.equal(readdirSync(folder), []);
  }
});

test('a write that fails leaves the old file and no other', async () => {
  const path = join(folder, 'index.json');
  await writeWhole(path, 'old');
  mkdirSync(join(folder, 'taken', 'inside'), { recursive: true });
  try {
    await writeWhole(join(folder, 'taken'), 'new');
    assert.unreachable();
  } catch (error) {
    assert.match((error as NodeJS.ErrnoException).code ?? '', /EISDIR|ENOTEMPTY|EEXIST|EPERM/);
  }
  assert.is(readFileSync(path, 'utf8'), 'old');
  assert.equal(readdirSync(folder).sort(), ['index.json', 'taken']);
});

const length = 1_000_000;

test('a reader sees the old content or the new, never a part', async () => {
  const path = join(folder, 'record.json');
  await writeWhole(path, 'a'.repeat(length));
  let writing = true;
  const writer = (async () => {
    for (let round = 0; round < 20; round++) await writeWhole(path, (round % 2 ? 'a' : 'b').repeat(length));
    writing = false;
  })();
  let reads = 0;
  while (writing) {
    const seen = readFileSync(path, 'utf8');
    assert.ok(seen === 'a'.repeat(length) || seen === 'b'.repeat(length));
    reads++;
    await wait(0);
  }
  await writer;
  assert.ok(reads > 0);
  assert.equal(readdirSync(folder), ['record.json']);
});

test('a writer killed in the middle leaves a whole file', async () => {
  const path = join(folder, 'record.json');
  const program = `
    import { writeWhole } from ${JSON.stringify(new URL('../../reports/whole-file.ts', import.meta.url).href)};
    for (let round = 0; round < 10000; round++)
      await writeWhole(${JSON.stringify(path)}, (round % 2 ? 'a' : 'b').repeat(${length}));`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  while (!existsSync(path) && child.exitCode === null) await wait(5);
  await wait(30);
  child.kill('SIGKILL');
  await ended;
  const seen = readFileSync(path, 'utf8');
  assert.ok(seen === 'a'.repeat(length) || seen === 'b'.repeat(length));
});

test.run();
