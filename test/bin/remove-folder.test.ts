import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removeFolder } from '../../bin/remove-folder.ts';
import { scratch, until } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());

const count = 60;

test('a folder goes although somebody else is removing a part of it', async () => {
  const path = join(folder.path, 'data');
  const part = join(path, 'server');
  for (let at = 0; at < count; at++) {
    mkdirSync(join(part, `${at}`), { recursive: true });
    for (let file = 0; file < 30; file++) writeFileSync(join(part, `${at}`, `${file}`), 'x');
  }
  writeFileSync(join(path, 'bus.db'), 'x');
  const other = promisify(execFile)('rm', ['-rf', part]);
  await until('it has begun', () => !existsSync(part) || readdirSync(part).length < count);
  await removeFolder(path);
  assert.not(existsSync(path));
  await other;
  assert.not(existsSync(path));
});

test('one that is not there is no failure', () => removeFolder(join(folder.path, 'nowhere')));

test.run();
