import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startWatchdog } from '../../adapters/servers/watchdog.ts';
import { messageOf, TestbedError } from '../../core/error.ts';

/** A commit as it was, installed and built, in a private folder. */
export interface Checkout {
  /** In full. */
  readonly sha: string;
  /** The folder in it that belongs to the folder it was asked for from. */
  readonly folder: string;
  /** Takes it away, from the repository's list of worktrees too. Idempotent. */
  remove(): Promise<void>;
}

const run = promisify(execFile);
/** What is installed and built by then is not going to be. */
const limitMs = 900_000;
const mostOutput = 64 * 1024 * 1024;

/**
 * Checks a commit of the repository around `from` out into a folder of its own, installs by its own lock file and builds it
 * where it says how. INVALID_CONFIG for a commit that there is none of, or one without a lock file; UNAVAILABLE with the last
 * words of what failed. Should we be killed, the folder goes all the same.
 */
export async function checkOut(commit: string, from: string): Promise<Checkout> {
  const sha = await shaOf(commit, from);
  const inside = (await git(from, 'rev-parse', '--show-prefix')).trim();
  const directory = mkdtempSync(join(tmpdir(), 'testbed-commit-'));
  const watchdog = process.platform === 'win32' ? null : await startWatchdog(directory);
  const tree = join(directory, 'tree');
  const remove = async (): Promise<void> => {
    rmSync(directory, { recursive: true, force: true });
    await git(from, 'worktree', 'prune');
    await watchdog?.dismiss();
  };
  try {
    await git(from, 'worktree', 'add', '--detach', '--force', tree, sha);
    const folder = join(tree, inside);
    if (!existsSync(folder)) throw wrong(`${commit} has no folder ${inside}`);
    const installed = packageAround(folder, tree);
    if (installed !== null) await install(installed, commit);
    return { sha, folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function shaOf(commit: string, from: string): Promise<string> {
  try {
    return (await git(from, 'rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`)).trim();
  } catch (cause) {
    throw wrong(`${commit}: no commit of a repository around ${from}: ${lastWords(cause)}`, cause);
  }
}

/** The nearest folder with a package.json, from `folder` up to `top`; null where there is none, and nothing to install. */
function packageAround(folder: string, top: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at;
    if (at === top) return null;
  }
}

async function install(folder: string, commit: string): Promise<void> {
  const { scripts = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!existsSync(join(folder, 'package-lock.json')))
    throw wrong(
      `${commit} has a package.json without package-lock.json: nobody knows what it was played with`,
    );
  await npm(folder, commit, 'ci', '--no-audit', '--no-fund');
  if (scripts.build !== undefined) await npm(folder, commit, 'run', 'build');
}

async function npm(folder: string, commit: string, ...words: readonly string[]): Promise<void> {
  try {
    await run('npm', words, { cwd: folder, timeout: limitMs, maxBuffer: mostOutput });
  } catch (cause) {
    const message = `${commit}: npm ${words[0] === 'run' ? words.join(' ') : words[0]} failed: ${lastWords(cause)}`;
    throw new TestbedError('UNAVAILABLE', message, { cause });
  }
}

async function git(from: string, ...words: readonly string[]): Promise<string> {
  return (await run('git', words, { cwd: from, timeout: limitMs, maxBuffer: mostOutput })).stdout;
}

/** The last line that a program has said, or why there is none. */
function lastWords(cause: unknown): string {
  const { stderr = '', stdout = '' } = cause as { readonly stderr?: string; readonly stdout?: string };
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1)?.trim() ?? messageOf(cause);
}

function wrong(message: string, cause?: unknown): TestbedError {
  return new TestbedError('INVALID_CONFIG', message, { cause });
}
