import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ResultIndex, RunRecord } from '../../reports/record.ts';

const root = resolve(import.meta.dirname, '../..');
const longestMs = 170_000;

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly wallMs: number;
}

export interface Environment {
  readonly [name: string]: string;
}

/** Runs a Node process of its own to its end. */
export function runNode(args: readonly string[], env: Environment = {}): Promise<Ran> {
  return new Promise((done) => {
    const startedMs = performance.now();
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      text.stdout += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      text.stderr += chunk;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), longestMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ code, ...text, wallMs: performance.now() - startedMs });
    });
  });
}

/** Runs a file of this folder in a fresh process; what it prints is JSON. Throws when it fails. */
export async function measure<T>(file: string, ...args: readonly string[]): Promise<T> {
  const path = join(import.meta.dirname, file);
  const { code, stdout, stderr } = await runNode(['--expose-gc', '--no-warnings', path, ...args]);
  if (code !== 0) throw new Error(`${file} ended with exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Plays a scenario by the command line itself; its record, and how long the command took. Throws when it is no PASS. */
export async function play(
  scenario: string,
  env: Environment = {},
  flags: readonly string[] = [],
): Promise<{ readonly record: RunRecord; readonly wallMs: number }> {
  const output = mkdtempSync(join(tmpdir(), 'testbed-bench-'));
  try {
    const args = ['bin/testbed.js', 'run', scenario, ...flags, '--output', output, '--format', 'json'];
    const { code, stdout, stderr, wallMs } = await runNode(args, env);
    if (stdout === '') throw new Error(`testbed run ${scenario}: exit ${code}: ${stderr}`);
    const { records }: { index: ResultIndex; records: readonly (RunRecord | null)[] } = JSON.parse(stdout);
    const [record] = records;
    if (record?.verdict !== 'PASS') {
      const why = record?.findings.map(({ detail }) => detail).join('; ');
      throw new Error(`testbed run ${scenario}: ${record?.verdict}: ${why}`);
    }
    return { record, wallMs };
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** One number of a record; NaN where it was not measured. */
export function numberOf(record: RunRecord, metric: string): number {
  const found = record.metrics[metric];
  return found !== undefined && 'value' in found ? found.value : Number.NaN;
}

/** One of the numbers of a latency; NaN where it was not measured. */
export function latencyOf(record: RunRecord, metric: string, which: 'avg' | 'p99' | 'max'): number {
  const found = record.metrics[metric];
  return (found !== undefined && 'count' in found ? found[which] : undefined) ?? Number.NaN;
}
