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
  return dependenciesOf(example).every(isThere) ? null : `npm --prefix examples/${example} ci`;
}

/** One test of an example's own. */
export interface OwnTest {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
}

/** What came of an example's own tests; or why they cannot be run here, which with CI=true is thrown. */
export type OwnTests =
  | { readonly tests: readonly OwnTest[]; readonly output: string }
  | { readonly missing: string };

/** Runs an example's own test file as its `npm test` does, but on the sources of this checkout. */
export function runOwnTests(example: string): OwnTests {
  const command = lacking(example);
  const [file = ''] = globSync('*.test.ts', { cwd: folderOf(example) });
  const found =
    command === null ? run(example, file) : { missing: `its packages are not installed: ${command}` };
  if ('missing' in found && process.env['CI'] === 'true')
    throw new Error(`examples/${example}: ${found.missing}`);
  return found;
}

function run(example: string, file: string): OwnTests {
  // A test runner inside a test runner would report to that one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const words = ['--conditions=testbed-source', '--no-warnings', '--test', '--test-reporter=tap', file];
  const { stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: folderOf(example),
    env: { ...env, NODE_OPTIONS: '--conditions=testbed-source' },
    encoding: 'utf8',
    timeout: patienceMs,
  });
  const output = stdout + stderr;
  const server = /\S+ is not installed: .*?(?= \(or say)/.exec(output)?.[0];
  return server === undefined ? { tests: parseTap(stdout), output } : { missing: server };
}

/** The tests at the top level of a TAP report. */
export function parseTap(tap: string): OwnTest[] {
  return [...tap.matchAll(/^(not )?ok \d+ - (.*?)( # SKIP.*)?$/gm)].map(([, not, name = '', skip]) => ({
    name: name.replaceAll('\\#', '#'),
    outcome: not !== undefined ? 'failed' : skip !== undefined ? 'skipped' : 'passed',
  }));
}
