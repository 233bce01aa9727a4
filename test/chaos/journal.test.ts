import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { JournalFile, readJournal } from '../../chaos/journal.ts';
import { readProcess } from '../../chaos/process/proc.ts';
import { undoAll } from '../../chaos/undo.ts';
import type { UndoStep } from '../../chaos/undo-step.ts';
import { scratch, testbed, until } from '../bin/command-line.ts';

const folder = scratch();
test.after(() => folder.remove());

let files = 0;
function journal(): JournalFile {
  const root = join(folder.path, String(++files));
  mkdirSync(root);
  return new JournalFile(join(root, 'undo.ndjson'));
}

test('what is crossed out is not open any more, and the latest comes first', () => {
  const file = journal();
  const remove = (path: string): UndoStep => ({ do: 'remove', path });
  const noted = ['a', 'b', 'c'].map((path) => file.note([remove(path)]));
  file.done(noted[1] as number);
  assert.equal(
    readJournal(file.path).map(({ undo }) => undo),
    [[remove('c')], [remove('a')]],
  );
  file.close();
  assert.ok(existsSync(file.path));
  file.done(1);
  file.done(3);
  file.close();
  assert.not(existsSync(file.path));
});

test('without undo steps there is no file', () => {
  const file = journal();
  file.done(file.note([]));
  file.close();
  assert.not(existsSync(file.path));
});

test('a line that was cut short by a death is passed over, at the end only', () => {
  const file = journal();
  file.note([{ do: 'remove', path: 'a' }]);
  appendFileSync(file.path, '{"note":2,"un');
  assert.is(readJournal(file.path).length, 1);
  JournalFile.reopen(file.path).done(1);
  assert.is(readJournal(file.path).length, 0);
  appendFileSync(file.path, '{"note":2,"un\n{"done":1}\n');
  assert.throws(() => readJournal(file.path), /undo\.ndjson:3: not a line of an undo journal/);
});

// biome-ignore format: a table
const bad: readonly string[] = [
  '[]', 'null', '7', '{}', '{"note":1}', '{"note":1,"undo":[{}]}', '{"note":1,"undo":[{"do":"run","path":"x"}]}',
  '{"note":1,"undo":[{"do":"signal","signal":"SIGKILL","pid":1,"birth":"5"}]}',
  '{"note":1,"undo":[{"do":"signal","signal":"SIGKILL","pid":-5,"birth":"5"}]}',
  '{"note":1,"undo":[{"do":"signal","signal":"SIGKILL","pid":500}]}',
  '{"note":1,"undo":[{"do":"signal","signal":"SIGSEGV","pid":500,"birth":"5"}]}',
];
for (const line of bad) {
  test(`no line of a journal: ${line}`, () => {
    const file = journal();
    writeFileSync(file.path, `${line}\n{"done":0}\n`);
    assert.throws(() => readJournal(file.path), /:1: not a line/);
  });
}

test('a stopped process goes on, its namesake is left alone, and files go', async () => {
  const child = spawn('sleep', ['1000']);
  const pid = child.pid as number;
  try {
    child.kill('SIGSTOP');
    await until('it stands still', () => readProcess(pid)?.state === 'T');
    const file = journal();
    const root = join(file.path, '..');
    const ballast = join(root, 'data', 'ballast');
    const locked = join(root, 'locked');
    mkdirSync(join(root, 'data'));
    writeFileSync(ballast, 'x');
    writeFileSync(locked, 'x', { mode: 0o400 });
    const birth = readProcess(pid)?.birth as string;
    file.note([
      { do: 'signal', signal: 'SIGCONT', pid, birth },
      { do: 'signal', signal: 'SIGKILL', pid, birth: `${birth}0` },
      { do: 'remove', path: ballast },
      { do: 'chmod', path: locked, mode: 0o600 },
    ]);
    assert.equal(
      undoAll(file.path).map(({ problem, found }) => [problem, found]),
      [
        [null, true],
        [null, false],
        [null, true],
        [null, true],
      ],
    );
    await until('it goes on', () => readProcess(pid)?.state !== 'T');
    assert.not(existsSync(ballast));
    assert.is(statSync(locked).mode & 0o777, 0o600);
    assert.equal(undoAll(file.path), []);
  } finally {
    child.kill('SIGKILL');
  }
});

test('nothing outside its folder is touched, and what could not be undone stays open', () => {
  const file = journal();
  const outside = join(folder.path, 'outside');
  writeFileSync(outside, 'x');
  file.note([{ do: 'remove', path: join(file.path, '..', '..', 'outside') }]);
  file.note([{ do: 'remove', path: join(file.path, '..') }]);
  const undone = undoAll(file.path);
  assert.equal(
    undone.map(({ problem }) => problem?.replace(/^.* lies/, 'lies').slice(0, 12)),
    ['lies outside', 'lies outside'],
  );
  assert.is(readFileSync(outside, 'utf8'), 'x');
  assert.is(readJournal(file.path).length, 2);
});

test('testbed recover undoes what it finds in a results folder, says so, and finds nothing the next time', async () => {
  const results = join(folder.path, 'results');
  const cell = join(results, 'cells', 'one');
  mkdirSync(join(cell, 'data'), { recursive: true });
  const gone = { do: 'signal', signal: 'SIGKILL', pid: process.pid, birth: 'before us' } as const;
  new JournalFile(join(cell, 'undo.ndjson')).note([{ do: 'remove', path: join(cell, 'data') }, gone]);
  const first = await testbed(['recover', results]);
  assert.equal([first.code, first.stderr], [0, '']);
  assert.match(
    first.stdout,
    /undone {2}remove .*data\ngone {4}SIGKILL to \d+: it was gone already\n1 undo journal in .*: nothing is left\n/,
  );
  assert.not(existsSync(join(cell, 'data')));
  const second = await testbed(['recover', results]);
  assert.match(second.stdout, /^0 undo journals in /);
  const nowhere = await testbed(['recover', join(results, 'nowhere')]);
  assert.is(nowhere.code, 3);
  assert.match(nowhere.stderr, /^testbed recover: .*nowhere: no such folder/);
});

test.run();
