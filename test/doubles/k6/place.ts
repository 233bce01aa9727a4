import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './faults.ts';

export interface DoubleOptions {
  /** Absent: it does nothing wrong. */
  readonly fault?: Fault;
  readonly version?: string;
}

/** Puts a program `k6` into a folder, which is a double of it; resolves to its path. */
export function placeK6(folder: string, { fault, version }: DoubleOptions = {}): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'k6');
  const main = join(import.meta.dirname, 'main.ts');
  const variables = [
    ...(fault === undefined ? [] : [`DOUBLE_K6_FAULT='${fault}'`]),
    ...(version === undefined ? [] : [`DOUBLE_K6_VERSION='${version}'`]),
  ];
  writeFileSync(path, `#!/bin/sh\n${[...variables, 'exec', process.execPath, main, '"$@"'].join(' ')}\n`);
  chmodSync(path, 0o755);
  return path;
}
