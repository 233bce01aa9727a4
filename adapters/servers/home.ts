import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, TestbedError } from '../../core/error.ts';
import { type Account, unprivilegedAccount } from './account.ts';

/** A server's private directory: nobody but its account (and root) can look inside. */
export interface Home {
  readonly directory: string;
  /** Whom the directory belongs to and the server runs as; null: ourselves. */
  readonly account: Account | null;
  /**
   * False when the account could not reach the place asked for, and the directory is under the system's temporary
   * folder instead.
   */
  readonly isWhereAsked: boolean;
  /**
   * Runs a program to its end as the account, inside the directory, with `input` to read. Resolves to its output;
   * UNAVAILABLE with its last words when it fails.
   */
  run(binary: string, parameters: readonly string[], input?: string): Promise<string>;
}

const runProgram = promisify(execFile);

/**
 * Makes a new private directory inside `parent`, or under the temporary folder when the account may not pass
 * through to `parent`.
 */
export function makeHome(name: string, parent: string, accounts: readonly string[]): Home {
  const account = unprivilegedAccount(accounts);
  const asked = resolve(parent);
  const isWhereAsked = account === null || canReach(account, asked);
  const place = isWhereAsked ? asked : resolve(tmpdir());
  if (!isWhereAsked && !canReach(account, place)) {
    throw new TestbedError(
      'UNSUPPORTED',
      `${name} runs as user ${account.name}, who can reach neither ${asked} nor ${place}`,
    );
  }
  const directory = mkdtempSync(join(place, `${name}-`));
  chmodSync(directory, 0o700);
  if (account !== null) chownSync(directory, account.uid, account.gid);
  return {
    directory,
    account,
    isWhereAsked,
    async run(binary, parameters, input = '') {
      try {
        const as = account === null ? {} : { uid: account.uid, gid: account.gid };
        const options = { cwd: directory, env: environmentIn(directory), timeout: 60_000, ...as };
        const running = runProgram(binary, parameters, options);
        // One that ends without reading it has its own reasons, and its exit code.
        running.child.stdin?.on('error', () => {});
        running.child.stdin?.end(input);
        return (await running).stdout;
      } catch (cause) {
        throw new TestbedError('UNAVAILABLE', `${binary} failed: ${lastWords(cause)}`, { cause });
      }
    },
  };
}

/** What a server's environment starts from: nothing of ours leaks into it. */
export function environmentIn(directory: string): { [name: string]: string } {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: directory, LC_ALL: 'C' };
}

/** May the account pass through every folder on the way to `path`, and `path` itself? */
function canReach({ uid, gid }: Account, path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid: owner, gid: group } = statSync(folder);
    const bit = uid === owner ? 0o100 : gid === group ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function lastWords(error: unknown): string {
  const { stderr = '' } = error as { stderr?: string };
  return stderr.trim().split('\n').slice(-5).join('\n') || messageOf(error);
}
