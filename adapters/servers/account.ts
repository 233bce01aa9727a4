import { readFileSync } from 'node:fs';
import { TestbedError } from '../../core/error.ts';

/** A user of this machine. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The first of `names` in the text of a passwd file. */
export function findAccount(names: readonly string[], passwd: string): Account | undefined {
  for (const wanted of names) {
    for (const line of passwd.split('\n')) {
      const [name, , uid, gid] = line.split(':');
      if (name === wanted && Number(uid) > 0) return { name, uid: Number(uid), gid: Number(gid) };
    }
  }
  return undefined;
}

/**
 * Whom to run a server as: null means as ourselves, because we are not root. UNSUPPORTED when root has nobody to
 * hand it to.
 */
export function unprivilegedAccount(names: readonly string[]): Account | null {
  if (process.getuid?.() !== 0) return null;
  const account = findAccount([...names, 'nobody'], readFileSync('/etc/passwd', 'utf8'));
  if (account !== undefined) return account;
  throw new TestbedError(
    'UNSUPPORTED',
    `running as root, and there is no unprivileged user to run a server as (looked for ${names.join(', ')}, nobody)`,
  );
}
