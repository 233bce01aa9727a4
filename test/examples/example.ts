import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Tests that hang are ended after this long, and fail. */
const patienceMs = 180_000;

const root = resolve(import.meta.dirname, '../..');

/** Every example: a folder with a package of its own. */
export const examples: readonly string[] = globSync('examples/*/package.json', { cwd: root })
  .map((file) => file.split('/')[1] as string)
  .sort();

export function folderOf(example: string): string {
  return join(root, 'examples', example);
}

interface Manifest {
  readonly dependencies?: { readonly [name: string]: string };
}

export function dependenciesOf(example: string): readonly string[] {
  const text = readFileSync(join(folderOf(example), 'package.json'), 'utf8');
  return Object.keys((JSON.parse(text) as Manifest).dependencies ?? {});
}

/** The command that installs what an example needs from npm; null when it is there. */
export function lacking(example: string): string | null {
  const isThere = (name: string): boolean => existsSync(join(folderOf(example), 'node_modules', name));
  return dependenciesOf(example).every(isThere) ? null : `npm ci --prefix examples/${example}`;
}

/** One test of an example's own. */
export interface OwnTest {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
}

/** What came of an example's own tests. */
export interface OwnTests {
  readonly tests: readonly OwnTest[];
  readonly output: string;
}

/** Runs an example's own test file as its `npm test` does, but on the sources of this checkout. */
export function runOwnTests(example: string): OwnTests {
  // A test runner inside a test runner would report to that one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout, stderr } = spawnSync(process.execPath, ['--test', '--test-reporter=tap'], {
    cwd: folderOf(example),
    env: { ...env, NODE_OPTIONS: '--conditions=testbed-source --no-warnings' },
    encoding: 'utf8',
    timeout: patienceMs,
  });
  return { tests: parseTap(stdout), output: stdout + stderr };
}

/** The tests at the top level of a TAP report. */
export function parseTap(tap: string): OwnTest[] {
  return [...tap.matchAll(/^(not )?ok \d+ - (.*?)( # SKIP.*)?$/gm)].map(([, not, name = '', skip]) => ({
    name: name.replaceAll('\\#', '#'),
    outcome: not !== undefined ? 'failed' : skip !== undefined ? 'skipped' : 'passed',
  }));
}
