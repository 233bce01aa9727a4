import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTestbedError, TestbedError } from '../../core/error.ts';

/** The same class, as a second installation of the package brings it. */
const elsewhere = (await import(`../../core/error.ts?${'second'}`)) as { TestbedError: typeof TestbedError };

test('an error of a second copy of this package is ours, by its code', () => {
  const theirs: unknown = new elsewhere.TestbedError('TIMEOUT', 'no answer');
  assert.not(theirs instanceof TestbedError, 'it is another class');
  assert.ok(isTestbedError(theirs));
  assert.ok(isTestbedError(theirs, 'TIMEOUT'));
  assert.not(isTestbedError(theirs, 'UNAVAILABLE'));
});

test('nothing else is', () => {
  for (const other of [new Error('x'), { name: 'TestbedError', code: 'TIMEOUT' }, 'TIMEOUT', null, undefined])
    assert.not(isTestbedError(other));
});

test.run();
