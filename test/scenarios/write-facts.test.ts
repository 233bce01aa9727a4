import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DetailedFact } from '../../scenarios/checks/check.ts';
import type { Checked } from '../../scenarios/checks/run-checks.ts';
import { factsFileOf, writeFacts } from '../../scenarios/run/write-facts.ts';

const directory = mkdtempSync(join(tmpdir(), 'testbed-facts-'));
test.after(() => rmSync(directory, { recursive: true, force: true }));

function checked(check: string, facts: Checked['facts']): Checked {
  return { result: { check, verdict: 'FAIL', detail: '', evidence: [] }, facts };
}

test('a document a line, in a file for each check that found anything', () => {
  const facts: readonly DetailedFact[] = [
    { text: 'event 1:2 was lost', producer: 1, from: 2 },
    { text: 'a "quoted" one' },
  ];
  writeFacts(directory, [checked('no-lost-acked', facts), checked('no-phantom', [])]);
  assert.equal(readdirSync(join(directory, 'checks')), ['no-lost-acked.ndjson']);
  const lines = readFileSync(join(directory, factsFileOf('no-lost-acked')), 'utf8')
    .trimEnd()
    .split('\n');
  assert.equal(
    lines.map((line) => JSON.parse(line)),
    facts,
  );
});

test('nothing found: nothing written', () => {
  const empty = mkdtempSync(join(directory, 'empty-'));
  writeFacts(empty, [checked('no-phantom', [])]);
  assert.equal(readdirSync(empty), []);
});

test.run();
