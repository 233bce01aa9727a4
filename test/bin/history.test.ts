/** The store of baselines by itself: what is kept, what is refused, and that nothing that goes wrong loses what was there. */
import { execFile } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Baseline, baselineOf } from '../../bin/history/baseline.ts';
import { readExchange, writeExchange } from '../../bin/history/exchange.ts';
import { withHistory } from '../../bin/history/store.ts';
import { messageOf } from '../../core/error.ts';
import { createRandom } from '../../core/random.ts';
import { configurationHash } from '../../reports/configuration.ts';
import { sampleRecord, sampleResult } from '../reports/sample-record.ts';
import { inTurn, scratch } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());
let files = 0;
const newFile = (): string => join(folder.path, `store-${++files}.db`);

const environment = { fingerprint: 'one machine', commit: 'abc123' };
const records = [
  sampleRecord({ environment }),
  sampleRecord({ environment, iteration: 2, seed: 2, metrics: { errors: { unit: 'count', value: 3 } } }),
];
const saved = (name: string, savedAt = '2026-11-24T10:00:00.000Z'): Baseline =>
  baselineOf(sampleResult(records), { name, savedAt, branch: 'main' });

const fill = (file: string, ...names: readonly string[]): Promise<void> =>
  withHistory(file, { create: true }, (history) => {
    for (const name of names) history.save([saved(name)], { append: true });
  });
const read = <T>(file: string, act: Parameters<typeof withHistory<T>>[2]): Promise<T> =>
  withHistory(file, { create: false }, act);

async function refusal(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    assert.ok(
      ['INVALID_CONFIG', 'INVALID_RECORD'].includes((error as { code: string }).code),
      messageOf(error),
    );
    return messageOf(error);
  }
  throw new Error('nothing was refused');
}

test('what was saved comes back whole, with what it belongs to', async () => {
  const file = newFile();
  await fill(file, 'main');
  const back = await read(file, (history) => history.latest('main'));
  assert.equal(back, saved('main'));
  assert.equal(await read(file, (history) => history.facts()), [
    {
      name: 'main',
      savedAt: '2026-11-24T10:00:00.000Z',
      commit: 'abc123',
      branch: 'main',
      fingerprint: 'one machine',
      configuration: configurationHash(records),
    },
  ]);
});

test('a name is saved once, unless the next is to follow it; the newest is the reference', async () => {
  const file = newFile();
  await fill(file, 'main');
  const again = saved('main', '2026-11-25T10:00:00.000Z');
  const said = await refusal(() =>
    withHistory(file, { create: true }, (history) =>
      history.save([saved('other'), again], { append: false }),
    ),
  );
  assert.match(said, /there is a baseline main already; --append saves this one after it/);
  assert.equal(await read(file, (history) => history.facts().length), 1, 'all of it or nothing');
  await withHistory(file, { create: true }, (history) => history.save([again], { append: true }));
  assert.is((await read(file, (history) => history.latest('main'))).savedAt, again.savedAt);
});

test('pruning keeps the newest of each name, and another name when one is named', async () => {
  const file = newFile();
  await fill(file, 'a', 'a', 'a', 'b', 'b');
  assert.equal(await read(file, (history) => history.prune(1, 'b').length), 1);
  assert.equal(await read(file, (history) => history.prune(2).map(({ name }) => name)), ['a']);
  assert.equal(await read(file, (history) => history.prune(0, 'a').length), 2);
  assert.equal(await read(file, (history) => history.facts().map(({ name }) => name)), ['b']);
  assert.match(
    await refusal(() => read(file, (history) => history.prune(0, 'a'))),
    /no baseline is called "a"; it has: b$/,
  );
});

const broken: readonly (readonly [what: string, harm: (file: string) => void, says: RegExp])[] = [
  [
    'text',
    (file) => writeFileSync(file, 'not a database '.repeat(300)),
    /damaged, or no history of testbed: file is not a database/,
  ],
  ['torn', (file) => truncateSync(file, readFileSync(file).length / 2), /damaged, or no history of testbed/],
  [
    'a newer one',
    (file) => alter(file, 'PRAGMA user_version = 99'),
    /tables of version 99; this testbed knows up to 2: a newer one made it/,
  ],
  [
    "somebody else's",
    (file) => alter(file, 'PRAGMA application_id = 7'),
    /is a database, but no history of testbed/,
  ],
  [
    'a changed record',
    (file) => alter(file, "UPDATE documents SET document = x'00'"),
    /baseline main: damaged/,
  ],
  [
    'a lost record',
    (file) => alter(file, 'DELETE FROM documents WHERE cell = 1'),
    /the record of cell 2 is gone/,
  ],
];

function alter(file: string, statement: string): void {
  const db = new Database(file);
  db.exec(statement);
  db.close();
}

for (const [what, harm, says] of broken) {
  test(`a store that is ${what} is told in one line, and left as it is`, async () => {
    const file = newFile();
    await fill(file, 'main');
    harm(file);
    const before = readFileSync(file);
    const said = await refusal(() => read(file, (history) => history.latest('main')));
    assert.match(said, says);
    assert.is(said.split('\n').length, 1);
    assert.ok(readFileSync(file).equals(before));
  });
}

test('wherever a bit flips or the file ends, there is the right answer or a refusal, never a wrong one', async () => {
  const file = newFile();
  await fill(file, 'main', 'main', 'other');
  const whole = readFileSync(file);
  const questions: readonly Parameters<typeof withHistory>[2][] = [
    (history) => history.facts('main'),
    (history) => history.all('main'),
    (history) => history.numbers('main', 'errors'),
  ];
  const right = await Promise.all(questions.map((question) => read(file, question)));
  const random = createRandom(1);
  let refusals = 0;
  for (let round = 0; round < 80; round++) {
    const bytes = Buffer.from(whole);
    const at = random.integer(0, bytes.length - 1);
    bytes[at] = (bytes[at] as number) ^ (1 << random.integer(0, 7));
    writeFileSync(file, round % 4 === 0 ? bytes.subarray(0, at + 1) : bytes);
    for (const [index, question] of questions.entries()) {
      try {
        assert.equal(await read(file, question), right[index], `round ${round}, byte ${at}`);
      } catch (error) {
        const { code, message } = error as Error & { code?: string };
        assert.ok(
          ['INVALID_CONFIG', 'INVALID_RECORD'].includes(code ?? ''),
          `round ${round}, byte ${at}: ${message}`,
        );
        refusals++;
      }
    }
  }
  assert.ok(refusals > 60, `${refusals} refusals: most of the file is read`);
});

test("somebody else's database gets no tables of ours", async () => {
  const file = newFile();
  alter(file, 'CREATE TABLE theirs (x)');
  const before = readFileSync(file);
  assert.match(await refusal(() => fill(file, 'main')), /is a database, but no history of testbed/);
  assert.ok(readFileSync(file).equals(before));
});

test('two processes that begin one store and save into it at once lose nothing', async () => {
  const file = newFile();
  const script = `
    const { withHistory } = await import('${import.meta.resolve('../../bin/history/store.ts')}');
    const { readExchange } = await import('${import.meta.resolve('../../bin/history/exchange.ts')}');
    const all = await readExchange('${file}.json');
    for (let at = 0; at < 8; at++)
      await withHistory('${file}', { create: true }, (history) => history.save(all, { append: true }));`;
  await writeExchange(`${file}.json`, [saved('main')]);
  await inTurn([1, 2], 2, () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]));
  const all = await read(file, (history) => history.all('main'));
  assert.is(all.length, 16);
  for (const each of all) assert.equal(each, saved('main'));
});

test('what was exported is imported as it was', async () => {
  const file = join(folder.path, 'out.json');
  const all = [saved('main'), saved('main', '2026-11-25T10:00:00.000Z')];
  await writeExchange(file, all);
  assert.equal(await readExchange(file), all);
});

const exported = async (change: (text: string) => string): Promise<string> => {
  const file = join(folder.path, 'changed.json');
  await writeExchange(file, [saved('main')]);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  return file;
};
const garbage: readonly (readonly [what: string, change: (text: string) => string, says: RegExp])[] = [
  ['nothing', () => '', /is no JSON/],
  ['half of it', (text) => text.slice(0, text.length / 2), /is no JSON/],
  ['another document', () => '{"a":1}', /is nothing that baseline export has written/],
  [
    'another version',
    (text) => text.replace('"schemaVersion":1', '"schemaVersion":0'),
    /schemaVersion 0; this testbed reads 1/,
  ],
  ['no entry', (text) => text.replace(/"entries":.*/s, '"entries":[]}'), /holds no baseline/],
  [
    'a bad name',
    (text) => text.replace('"name":"main"', '"name":"../x"'),
    /"..\/x" is no name for a baseline/,
  ],
  [
    'a record of an older schema',
    (text) => text.replaceAll('{"schemaVersion":1,"scenario"', '{"schemaVersion":0,"scenario"'),
    /schemaVersion/,
  ],
  ['a number that is none', (text) => text.replace('"durationMs":6100', '"durationMs":"long"'), /durationMs/],
  ['two machines', (text) => text.replace('one machine', 'two machines'), /played on several machines/],
  [
    'a lost record',
    (text) => text.replace(/"records":\[.*/s, '"records":[]}]}'),
    /records\[0\]: the index says otherwise/,
  ],
];
for (const [what, change, says] of garbage) {
  test(`an import of ${what} is refused`, async () => {
    assert.match(await refusal(async () => readExchange(await exported(change))), says);
  });
}

test('a name that is none is refused', () => {
  for (const name of ['', '-x', '.x', 'a b', 'a/b', 'ä', 'x'.repeat(65)]) {
    assert.throws(() => saved(name), /is no name for a baseline/);
  }
});

test('the configuration is the same in another order, of other seeds, and not with another workload', () => {
  const [record] = records as [ReturnType<typeof sampleRecord>];
  const { agents, ...rest } = record.workload;
  const turned = { ...record, seed: 9, iteration: 4, workload: { ...rest, agents } };
  assert.is(configurationHash([turned]), configurationHash([record]));
  assert.is.not(
    configurationHash([{ ...record, workload: { ...rest, agents: 1 } }]),
    configurationHash([record]),
  );
});

test.run();
