/** A system that has no /proc, as macOS has none: loaded before anything else, it hides that from whoever looks. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const isHidden = (path: unknown): boolean => typeof path === 'string' && /^\/proc(\/|$)/.test(path);

function refuse(syscall: string, path: unknown): never {
  const message = `ENOENT: no such file or directory, ${syscall} '${path}'`;
  throw Object.assign(new Error(message), { code: 'ENOENT', errno: -2, syscall, path });
}

const { existsSync } = fs;
fs.existsSync = (path) => !isHidden(path) && existsSync(path);

for (const [name, syscall] of [
  ['readFileSync', 'open'],
  ['openSync', 'open'],
  ['readdirSync', 'scandir'],
] as const) {
  const real = fs[name] as (path: unknown, ...others: unknown[]) => unknown;
  const hiding = (path: unknown, ...others: unknown[]): unknown =>
    isHidden(path) ? refuse(syscall, path) : real(path, ...others);
  Object.assign(fs, { [name]: hiding });
}
syncBuiltinESMExports();
