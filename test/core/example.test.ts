import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const path = new URL('../../docs/examples/orchestrator.ts', import.meta.url).pathname;

test('the example in the documentation runs, ends by itself, and does what it says', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [path], { timeout: 60_000 });
  assert.is(stderr, '');
  for (const line of [
    'event error {"status":"retrying","attempt":0,"error":"could not read it"}',
    'words in all: 14',
    'the clerk goes on with {"sorted":12}',
    'the clerk is told: that will do',
    'completed: 5',
    'running: 0',
  ])
    assert.ok(stdout.split('\n').includes(line), `no line "${line}" in\n${stdout}`);
});

test.run();
