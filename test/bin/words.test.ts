import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { outcomeOf } from '../../bin/cell-outcome.ts';
import { reasonIn } from '../../bin/cell-output.ts';
import { explain } from '../../bin/error-text.ts';
import { TestbedError } from '../../core/error.ts';
import { RecordError } from '../../reports/record-error.ts';

test('an error is explained in one line; only a fault of our own says where it was', () => {
  const refused = attempt(() => readFileSync('/absent/file'));
  assert.equal(explain(refused), { code: 'ENOENT', text: '/absent/file: no such file or directory' });
  assert.equal(explain(new TestbedError('FULL', 'the disk is full')), {
    code: 'FULL',
    text: 'the disk is full',
  });
  const record = new RecordError('a/record.json:1:2', 'seed', 'is missing');
  assert.equal(explain(record), { code: 'INVALID_RECORD', text: 'a/record.json:1:2: seed: is missing' });
  const bug = explain(attempt(() => (undefined as unknown as { x: { y: 1 } }).x.y));
  assert.is(bug.code, 'INTERNAL');
  assert.match(
    bug.text,
    /^a fault of our own: Cannot read properties of undefined .*\(.*words\.test\.ts:\d+\)$/,
  );
  assert.equal(explain('thrown text'), { code: 'INTERNAL', text: 'a fault of our own: thrown text' });
});

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

const crash = `file:///x/y.ts:12
    throw new TypeError('boom');
    ^

TypeError: boom
    at y.ts:12:3

Node.js v24.21.0`;
const heap = `<--- Last few GCs --->
[1:0x1] 66 ms: Mark-Compact
FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----`;

test('of what a dead process printed, the line that says why', () => {
  assert.is(reasonIn(crash), ': TypeError: boom');
  assert.is(
    reasonIn(heap),
    ': FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  );
  assert.is(reasonIn('something else\n'), '');
  assert.is(reasonIn(''), '');
});

const missing = {
  kind: 'failed',
  code: 'UNSUPPORTED',
  message: 'not installed: apt install it',
  detail: '',
} as const;
const down = { kind: 'failed', code: 'UNAVAILABLE', message: 'no answer', detail: '' } as const;
const weak = { kind: 'unsupported', reason: 'cannot be durable' } as const;
const died = { kind: 'died', message: 'its process ended with SIGKILL', detail: '' } as const;

test('a cell without a record: what it comes to', () => {
  const rows = [
    [weak, false, 'UNSUPPORTED', 'cannot be durable', false],
    [weak, true, 'UNSUPPORTED', 'cannot be durable', false],
    [missing, false, 'UNSUPPORTED', 'not installed: apt install it', false],
    [missing, true, 'INCONCLUSIVE', 'could not run: not installed: apt install it', true],
    [down, false, 'INCONCLUSIVE', 'could not run: no answer', true],
    [died, true, 'INCONCLUSIVE', 'its process ended with SIGKILL', false],
  ] as const;
  for (const [end, required, verdict, reason, couldNotRun] of rows) {
    assert.equal(outcomeOf(end, required), { verdict, reason, couldNotRun });
  }
});

test.run();
