import { closeSync, openSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findFault } from '../../chaos/table.ts';
import { observableThenGone } from './fault-kit.ts';

const target = { kind: 'process' } as const;

test('cpu-hog: observable, then gone', () => observableThenGone('cpu-hog', target));

test('memory-hog: observable, then gone', () => observableThenGone('memory-hog', target, { size: 100e6 }));

test('memory-hog: more than there is, is unsupported', async () => {
  assert.is(
    await findFault('memory-hog')?.unsupported?.(target, { size: 64e12 }),
    'this machine has not that much memory free',
  );
});

test('event-loop-stall: observable, then gone', () =>
  observableThenGone('event-loop-stall', target, { stall: 60, every: 100 }));

test('listener-leak: observable, then gone', () => observableThenGone('listener-leak', target));

test('descriptor-exhaustion: nothing can be opened, then everything', async () => {
  const open = (): string => {
    try {
      closeSync(openSync('/dev/null', 'r'));
      return 'opened';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code as string;
    }
  };
  await observableThenGone('descriptor-exhaustion', target, {}, async () => {
    assert.is(open(), 'EMFILE');
  });
  assert.is(open(), 'opened');
});

test.run();
