import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isTestbedError } from '../../core/error.ts';
import type { Home } from '../servers/home.ts';

/** Of our own servers; their only one. */
export const serverDatabase = 'postgres';

/** Raised when what initdb is asked for changes. */
const recipe = 2;
/** Nobody packs for as long as this. */
const draftsLastMs = 3_600_000;

/**
 * Files cost more than bytes: where many have just been removed, as by a server that has ended, some file systems search
 * long for the place of each new one. So what new databases are made from goes, two thirds of all files: nobody makes
 * one on a server of ours.
 */
const withoutTemplates = `
update pg_database set datistemplate = false;
drop database template0;
drop database template1;
`;

/**
 * Makes `data` and `password` in the home. initdb takes a second, so that it is done once for each program and user
 * and kept in the system's temporary folder, as one file: unpacking takes a tenth of it. Its name holds its digest, so
 * that a file cut short or altered is made anew, and it appears under that name whole.
 *
 * All servers from one file have the same password; the file is as private as they are.
 */
export async function makeDataDirectory(home: Home, program: string, role: string): Promise<void> {
  const cache = openCache(home, program);
  if (cache !== null && (await unpack(home, cache))) return;
  give(home, 'password', randomBytes(24).toString('base64url'));
  const data = join(home.directory, 'data');
  await home.run(join(dirname(program), 'initdb'), [
    ...['-D', data, '-U', role, '--pwfile', join(home.directory, 'password')],
    ...['--no-sync', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'],
  ]);
  await home.run(program, ['--single', '-D', data, '-c', 'fsync=off', serverDatabase], withoutTemplates);
  if (cache === null) return;
  leaveOutMaps(data);
  thin(join(data, 'pg_wal'));
  await pack(home, cache);
}

/** The private folder of templates for this program and user; null when there can be none. */
function openCache(home: Home, program: string): string | null {
  const uid = home.account?.uid ?? process.getuid?.() ?? 0;
  const cache = join(tmpdir(), `testbed-postgres-${identityOf(program)}-${uid}-${recipe}`);
  try {
    mkdirSync(cache, { mode: 0o700 });
    if (home.account !== null) chownSync(cache, home.account.uid, home.account.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return null;
  }
  // Somebody else could have put a folder of that name there first.
  const found = lstatSync(cache);
  return found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0 ? cache : null;
}

/** Another one for every version that is installed, without the time that it takes to ask for it. */
function identityOf(program: string): string {
  const { size, mtimeMs } = statSync(program);
  return createHash('sha256').update(`${program} ${size} ${mtimeMs}`).digest('hex').slice(0, 16);
}

/** A fifth of the files that are left: where a table has free space, and what all can see. Postgres makes anew what is missing. */
function leaveOutMaps(data: string): void {
  for (const { name, parentPath } of readdirSync(data, { withFileTypes: true, recursive: true })) {
    if (/^\d+_(fsm|vm)$/.test(name)) rmSync(join(parentPath, name));
  }
}

/** A fresh log is 16 MB of zeros after its first pages. As a hole in the file they cost nothing to pack and unpack. */
function thin(folder: string): void {
  for (const { name, parentPath } of readdirSync(folder, { withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )) {
    const file = join(parentPath, name);
    const content = readFileSync(file);
    let end = content.length;
    while (end > 0 && content[end - 1] === 0) end--;
    truncateSync(file, end);
    truncateSync(file, content.length);
  }
}

async function unpack(home: Home, cache: string): Promise<boolean> {
  const name = readdirSync(cache).find((file) => /^[0-9a-f]{64}\.tar$/.test(file));
  if (name === undefined) return false;
  const file = join(cache, name);
  // Looked at while it is unpacked: each takes about as long as the other.
  const [isUnpacked, digest] = await Promise.all([extract(home, file), digestOf(file)]);
  const isWhole = `${digest}.tar` === name;
  if (isUnpacked && isWhole) return true;
  if (!isWhole) rmSync(file, { force: true });
  for (const part of ['data', 'password'])
    rmSync(join(home.directory, part), { recursive: true, force: true });
  return false;
}

async function extract(home: Home, file: string): Promise<boolean> {
  try {
    await home.run('tar', ['-xmf', file]);
    return true;
  } catch (error) {
    // Removed while we read, or no tar on this machine: initdb does it then.
    if (!isTestbedError(error)) throw error;
    return false;
  }
}

async function pack(home: Home, cache: string): Promise<void> {
  const draft = join(cache, `draft-${randomBytes(6).toString('hex')}`);
  try {
    await home.run('tar', ['-cSf', draft, 'data', 'password']);
    const file = join(cache, `${await digestOf(draft)}.tar`);
    renameSync(draft, file);
    forgetDrafts(cache, statSync(file).mtimeMs - draftsLastMs);
  } catch (error) {
    rmSync(draft, { force: true });
    process.emitWarning(`cannot keep a Postgres template, every start runs initdb: ${String(error)}`);
  }
}

/** Of processes that were killed while they packed. */
function forgetDrafts(cache: string, beforeMs: number): void {
  for (const name of readdirSync(cache)) {
    const file = join(cache, name);
    if (name.startsWith('draft-') && statSync(file).mtimeMs < beforeMs) rmSync(file, { force: true });
  }
}

async function digestOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** A private file of the home, readable by its account alone. */
export function give({ directory, account }: Home, name: string, text: string): void {
  const file = join(directory, name);
  writeFileSync(file, text, { mode: 0o600 });
  if (account !== null) chownSync(file, account.uid, account.gid);
}
