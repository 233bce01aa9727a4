/** A side that is a commit: checked out, installed and built in a folder of its own, of which nothing is left. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkOut } from '../../bin/gate/checkout.ts';
import { type CommitSide, sideIn, sideOf } from '../../bin/gate/side.ts';
import { isTestbedError } from '../../core/error.ts';
import { scratch } from './command-line.ts';

const scratchFolder = scratch();
test.after(() => scratchFolder.remove());
const project = join(scratchFolder.path, 'project');
const inside = join(project, 'packages', 'bus');
mkdirSync(inside, { recursive: true });

const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...words], {
    cwd: project,
    encoding: 'utf8',
  }).trim();

/** Writes files into the package and commits them; resolves to the commit. */
function commit(files: { readonly [name: string]: string }): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(inside, name), text);
  git('add', '-A');
  git('commit', '-qm', 'by a test');
  return git('rev-parse', 'HEAD');
}

const manifest = (build: string): string =>
  JSON.stringify({ name: 'my-bus', version: '1.0.0', exports: './built.js', scripts: { build } });
const lock = JSON.stringify({
  name: 'my-bus',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: { '': { name: 'my-bus', version: '1.0.0' } },
});
git('init', '-q');
const plain = commit({ 'bus.js': 'export const one = 1;' });
const unlocked = commit({ 'package.json': manifest('cp bus.js built.js') });
const built = commit({ 'package-lock.json': lock });
const broken = commit({
  'package.json': manifest('echo it is broken; exit 1'),
  'bus.js': 'export const two = 2;',
});

const nothingLeft = (): void => {
  assert.is(git('worktree', 'list').split('\n').length, 1);
};

test('a commit is as it was, in the folder that it was asked for from, and then it is gone', async () => {
  const { sha, folder, remove } = await checkOut('HEAD~3', inside);
  assert.is(sha, plain);
  assert.is(readFileSync(join(folder, 'bus.js'), 'utf8'), 'export const one = 1;');
  const side = sideIn(sideOf('--base', 'commit:HEAD~3:bus.js') as CommitSide, { sha, folder });
  assert.is(side.text, `commit:${plain.slice(0, 12)}:bus.js`);
  assert.is(side.stack?.modules?.['bus.js'], join(folder, 'bus.js'));
  await remove();
  assert.not.ok(existsSync(folder));
  nothingLeft();
  await remove();
});

test('it is installed by its lock file, and built where it says how', async () => {
  const { folder, remove } = await checkOut(built, inside);
  assert.is(readFileSync(join(folder, 'built.js'), 'utf8'), 'export const one = 1;');
  assert.not.ok(existsSync(join(inside, 'built.js')), 'not in the working directory');
  await remove();
  nothingLeft();
});

const refused: readonly (readonly [
  what: string,
  commit: string,
  code: 'INVALID_CONFIG' | 'UNAVAILABLE',
  says: RegExp,
])[] = [
  ['no commit', 'nowhere', 'INVALID_CONFIG', /^nowhere: no commit of a repository around /],
  ['a word that git would take for an option', '--all', 'INVALID_CONFIG', /^--all: no commit/],
  [
    'one without a lock file',
    unlocked,
    'INVALID_CONFIG',
    /without package-lock\.json: nobody knows what it was played with$/,
  ],
  ['one whose build fails', broken, 'UNAVAILABLE', /npm run build failed: it is broken$/],
];
for (const [what, asked, code, says] of refused) {
  test(`refused, and nothing is left: ${what}`, async () => {
    try {
      await checkOut(asked, inside);
    } catch (error) {
      assert.ok(isTestbedError(error, code), String(error));
      assert.match((error as Error).message, says);
      nothingLeft();
      return;
    }
    assert.unreachable('it was not refused');
  });
}

test('outside a repository there is no commit', async () => {
  try {
    await checkOut('HEAD', scratchFolder.path);
  } catch (error) {
    assert.ok(isTestbedError(error, 'INVALID_CONFIG'), String(error));
    return;
  }
  assert.unreachable('it was not refused');
});

test.run();
