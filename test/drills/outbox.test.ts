/** An orchestrator is killed with events that its bus had not taken: an outbox in memory forgets them, one in a file does not. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../reports/record.ts';
import { readRecords, resultIn, scratch, testbed } from '../bin/command-line.ts';

const folder = scratch();
test.after(() => folder.remove());

function startsOf({ checks }: RunRecord): string {
  const check = checks.find((one) => one.check === 'unique-spawn');
  return `${check?.verdict} ${check?.detail}`;
}

test('defence-outbox: what was stored and not told is told by the next life, where it is kept', async () => {
  const output = join(folder.path, 'output');
  const { stdout, stderr } = await testbed(['run', '--scenario', 'defence-outbox', '--output', output]);
  const [inMemory, inFile] = readRecords(resultIn(output));
  if (!(inMemory && inFile) && process.env['CI'] !== 'true') {
    process.stdout.write(
      `SKIP defence-outbox: ${stdout.match(/^UNSUPPORTED.*$/m)?.[0] ?? 'not possible here'}\n`,
    );
    return;
  }
  assert.ok(inMemory && inFile, stdout + stderr);
  for (const { faults } of [inMemory, inFile])
    for (const { fault, confirmedAtMs } of faults) assert.type(confirmedAtMs, 'number', fault);
  assert.match(
    startsOf(inMemory),
    /^UNSUPPORTED the start of \d+ of \d+ agents was never seen after kill on node; an outbox/,
  );
  assert.match(startsOf(inFile), /^PASS /);
});

test.run();
