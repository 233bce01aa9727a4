/** What a node wrote down of its changes, read back when it is dead. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ChangesFile, readChanges } from '../../../scenarios/node/changes.ts';
import { FakeClock } from '../../doubles/fake-clock.ts';

const directory = mkdtempSync(join(tmpdir(), 'testbed-changes-'));
test.after(() => rmSync(directory, { recursive: true, force: true }));

test('what was answered is as it was answered; what was not, unknown; a line that was cut short, never begun', async () => {
  const path = join(directory, 'one.ndjson');
  const clock = new FakeClock();
  const startMs = clock.now();
  const file = new ChangesFile(clock, path, startMs);
  const insert = file.begin([
    { operation: 'insert', id: 'a', version: 1, status: 'spawning' },
    { operation: 'insert', id: 'b', version: 1, status: 'spawning' },
  ]);
  await clock.advance(5);
  insert(({ id }) => (id === 'a' ? 'done' : 'conflict'));
  file.begin([{ operation: 'remove', id: 'a' }]);
  file.close();
  appendFileSync(path, '{"call":3,"calledMs":9,"chan');
  const of = readChanges(path);
  assert.equal(
    of.map(({ id, operation, outcome }) => [id, operation, outcome]),
    [
      ['a', 'insert', 'done'],
      ['b', 'insert', 'conflict'],
      ['a', 'remove', 'unknown'],
    ],
  );
  assert.is(of[0]?.calledMs, 0);
  assert.is(of[0]?.atMs, 5);
  assert.ok((of[2]?.calledMs ?? 0) > 5);
});

test('a life that never came up has changed nothing', () => {
  assert.equal(readChanges(join(directory, 'none.ndjson')), []);
});

test.run();
