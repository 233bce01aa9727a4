import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { FaultKind } from '../fault.ts';

const anybodyWrites = 0o222;

export const readOnly: FaultKind = {
  name: 'read-only',
  meaning:
    'No file of the servers can be made, renamed or removed (their folders lose the right to write); those that are open can still be written.',
  targets: ['disk'],
  options: {},
  unsupported(target) {
    if (target.kind !== 'disk') return null;
    const roots = target.writers.map(({ directory }) => directory);
    return roots.some((root) => statSync(root).uid === 0)
      ? 'root writes there, to whom no folder is closed'
      : null;
  },
  prepare(target) {
    if (target.kind !== 'disk') throw new TypeError(`read-only was given ${target.kind}`);
    const roots = target.writers.map(({ directory }) => directory);
    const modes = new Map(roots.flatMap(foldersIn).map((path) => [path, statSync(path).mode & 0o7777]));
    return {
      // What lies outside the results folder is removed by the watchdog of its server, and by nobody else.
      undo: [...modes].flatMap(([path, mode]) =>
        path.startsWith(target.directory + sep) ? [{ do: 'chmod' as const, path, mode }] : [],
      ),
      async inject() {
        for (const [path, mode] of modes) if (existsSync(path)) chmodSync(path, mode & ~anybodyWrites);
      },
      async heal() {
        for (const [path, mode] of modes) if (existsSync(path)) chmodSync(path, mode);
      },
      inForce: () => !roots.some(canWrite),
      healed: () => roots.every(canWrite),
    };
  },
};

function foldersIn(root: string): readonly string[] {
  const inside = readdirSync(root, { recursive: true, withFileTypes: true });
  return [
    root,
    ...inside.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name)),
  ];
}

/** Whether its owner, as whom the server runs, may write in a folder: asked by a process that is that user's. */
function canWrite(folder: string): boolean {
  const { uid, gid } = statSync(folder);
  const as = process.getuid?.() === 0 ? { uid, gid } : {};
  const asked = spawnSync('/bin/sh', ['-c', 'test -w "$0"', folder], { stdio: 'ignore', cwd: '/', ...as });
  if (asked.error !== undefined) throw asked.error;
  return asked.status === 0;
}
