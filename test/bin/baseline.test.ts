import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { baseline as command } from '../../bin/commands/baseline.ts';
import { explain } from '../../bin/error-text.ts';
import { parseFlags } from '../../bin/flags.ts';
import { readIndex, readRecords, resultIn, scratch, testbed, writeScenario } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());
const at = { cwd: folder.path };
const store = join(folder.path, '.testbed/history.db');
const torn = join(folder.path, 'torn.db');
const absent = join(folder.path, 'none.db');
const baseline = (...words: readonly string[]) => testbed(['baseline', ...words], at);

await testbed(['run', writeScenario(folder.path, 'tiny'), '--iterations', '2'], at);
const result = resultIn(join(folder.path, 'results'));
const verdict = readIndex(result).verdict;

test('save, list, show, export, import, prune: a result goes round and is the same', async () => {
  const none = await baseline('list');
  assert.is(none.stdout, 'no baselines in .testbed/history.db\n');
  assert.not(existsSync(join(folder.path, '.testbed')), 'a question makes no store');

  const saved = await baseline('save', 'main', result);
  assert.is(saved.code, 0, saved.stderr);
  const [record] = readRecords(result);
  const fingerprint = record?.environment['fingerprint'];
  assert.match(
    saved.stdout,
    new RegExp(`^saved as main in .testbed/history.db: .*machine ${fingerprint},.*; verdict ${verdict}\n$`),
  );

  const listed = await baseline('list');
  assert.match(
    listed.stdout,
    new RegExp(`^name +saved +commit +branch +machine +configuration\nmain .*${fingerprint}`),
  );
  const [facts] = JSON.parse((await baseline('list', '--json')).stdout);
  assert.equal(Object.keys(facts), ['name', 'savedAt', 'commit', 'branch', 'fingerprint', 'configuration']);

  const shown = await baseline('show', 'main');
  const same = await testbed(['show', result], at);
  assert.ok(shown.stdout.startsWith('main: '));
  const table = (text: string): string => text.slice(text.indexOf('tiny'), text.indexOf('\n2 cells: '));
  assert.is(table(shown.stdout), table(same.stdout));

  assert.is((await baseline('export', 'main', 'main.json')).stdout, 'main.json: 1 result of main\n');
  const elsewhere = await baseline('import', 'main.json', '--store', 'other/place.db');
  assert.is(elsewhere.code, 0, elsewhere.stderr);
  const there = await baseline('show', 'main', '--store', 'other/place.db');
  assert.is(there.stdout, shown.stdout);

  assert.match((await baseline('prune')).stdout, /^nothing to remove: no name has more than 10$/m);
  assert.match(
    (await baseline('prune', 'main', '--keep', '0', '--store', 'other/place.db')).stdout,
    /^removed main: /,
  );
  assert.is((await baseline('list', '--store', 'other/place.db')).stdout, 'no baselines in other/place.db\n');
});

const refused: readonly (readonly [words: readonly string[], says: RegExp])[] = [
  [['sav', 'main', result], /unknown action "sav"; did you mean "save"\? \(allowed: save, list, show/],
  [['save', 'main'], /it is: testbed baseline save NAME RESULT$/],
  [['save', 'a/b', result], /"a\/b" is no name for a baseline/],
  [['save', 'main', result], /there is a baseline main already; --append saves this one after it/],
  [['save', 'other', 'none'], /none\/index\.json: not there/],
  [['show', 'mian'], /no baseline is called "mian"; it has: main$/],
  [['show', 'main', '--store', absent], /none\.db: there is no history yet/],
  [['list', '--store', torn], /torn\.db: damaged, or no history of testbed/],
  [['import', join(folder.path, 'main.json')], /there is a baseline main already/],
  [['import', join(folder.path, 'tiny.yaml')], /is nothing that baseline export has written/],
  [['list', '--keep', '1'], /--keep is of baseline prune only/],
  [['prune', '--keep', 'all'], /--keep all: not a whole number/],
];

for (const [words, says] of refused) {
  test(`refused: baseline ${words.join(' ').replace(result, 'RESULT')}`, async () => {
    writeFileSync(torn, 'SQLite, once');
    // By the command itself: what the process makes of an error is the same for every command.
    const given = words.includes('--store') ? words : [...words, '--store', store];
    try {
      await command.run(parseFlags(command, given));
    } catch (error) {
      const { code, text } = explain(error);
      assert.match(text, says);
      assert.ok(['INVALID_CONFIG', 'INVALID_RECORD'].includes(code), code);
      assert.is(text.split('\n').length, 1);
      assert.not(existsSync(absent));
      return;
    }
    assert.unreachable('it was not refused');
  });
}

test('a disk that is full is told as that, and costs nothing that was kept', async () => {
  if (process.platform === 'win32') return;
  const before = readFileSync(store);
  // No file may grow beyond so many blocks of 512 bytes: what a full disk is to whoever writes.
  const under = ['/bin/sh', '-c', `ulimit -f ${Math.ceil(before.length / 512)}; exec "$@"`, 'sh'];
  const { code, stderr } = await testbed(['baseline', 'save', 'full', result], { ...at, under });
  assert.is(code, 4, stderr);
  assert.match(stderr, /^testbed baseline: sqlite .testbed\/history\.db: .*\(SQLITE_(FULL|IOERR)\w*\)\n$/);
  assert.is((await baseline('show', 'main')).code, 0);
  assert.not.match((await baseline('list')).stdout, /^full/m);
});

test.run();
