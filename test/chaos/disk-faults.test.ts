import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findFault } from '../../chaos/table.ts';
import type { Target } from '../../chaos/target.ts';
import { scratch } from '../bin/command-line.ts';
import { observableThenGone } from './fault-kit.ts';

const folder = scratch();
test.after(() => folder.remove());

test('disk-full: no file of the stack can grow, then all can', async () => {
  const file = join(folder.path, 'data.db');
  writeFileSync(file, 'x'.repeat(100_000));
  const target: Target = {
    kind: 'disk',
    directory: folder.path,
    writers: [{ technology: null, directory: folder.path, pids: () => [process.pid] }],
  };
  await observableThenGone('disk-full', target, {}, async () => {
    assert.throws(() => appendFileSync(file, 'x'), /EFBIG/);
    writeFileSync(join(folder.path, 'small'), 'x');
  });
  appendFileSync(file, 'x');
});

test('disk-full: a server that the signal would end is unsupported', async () => {
  const target: Target = {
    kind: 'disk',
    directory: '/',
    writers: [{ technology: 'redis', directory: '/', pids: () => [] }],
  };
  assert.match(
    String(await findFault('disk-full')?.unsupported?.(target, {})),
    /^Redis is ended by the signal/,
  );
});

test.run();
