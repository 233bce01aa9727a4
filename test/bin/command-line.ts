import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { ResultIndex, RunRecord } from '../../reports/record.ts';

const launcher = resolve(import.meta.dirname, '../../bin/testbed.js');

/** A command line that hangs is ended after this long unless a test knows better, and its test fails. */
const usualPatienceMs = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  /** Added to the environment; undefined takes a variable away. */
  readonly env?: { readonly [name: string]: string | undefined };
  readonly cwd?: string;
  /** A process group of its own, so that a test can signal all of it. */
  readonly detached?: boolean;
  /** Put before the command, such as a shell that sets limits. */
  readonly under?: readonly string[];
  /** How long it may take; default a minute. */
  readonly patienceMs?: number;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the real command line in a process of its own. Not in CI, and without a terminal, unless the test says so. */
export function start(
  args: readonly string[],
  { env, cwd, detached, under = [], patienceMs = usualPatienceMs }: StartOptions = {},
): Started {
  const [command = '', ...rest] = [...under, process.execPath, launcher, ...args];
  const child = spawn(command, rest, {
    cwd,
    detached: detached ?? false,
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, CI: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    text.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text.stderr += chunk;
  });
  const ended = new Promise<Ended>((done) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      done({ code, signal, ...text });
    });
  });
  return { child, ended };
}

export function testbed(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return start(args, options).ended;
}

/**
 * A machine that is busy with other things makes a cell INCONCLUSIVE, rightly: its generator came late. What a test wants
 * to see then needs another try. `act` plays into the folder it is given.
 */
export async function undisturbed(
  folder: string,
  act: (output: string) => Promise<Ended>,
): Promise<Ended & { readonly output: string }> {
  for (let tries = 1; ; tries++) {
    const output = join(folder, `try-${tries}`);
    const ended = await act(output);
    if (tries === 8 || !/generator too slow|schedule overrun/.test(ended.stdout)) return { ...ended, output };
  }
}

/** A folder of its own for a test, outside the checkout; `remove` takes it away. */
export function scratch(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'testbed-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes a scenario that plays in a third of a second; `change` is laid over it. Resolves to its path. */
export function writeScenario(folder: string, name: string, change: ScenarioChange = {}): string {
  const { workload, ...rest } = change;
  const scenario = {
    name,
    description: `written by a test: ${name}`,
    workload: {
      agents: 4,
      subscribers: 2,
      events: '100/s',
      payload: { size: '64B' },
      arrivals: 'constant',
      phases: [{ name: 'steady', for: '300ms' }],
      drain: '2s',
      ...workload,
    },
    stacks: ['memory'],
    thresholds: { errors: 'value <= 0' },
    checks: ['no-lost-acked', 'no-phantom'],
    ...rest,
  };
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, JSON.stringify(scenario, null, 2));
  return path;
}

export interface ScenarioChange {
  readonly workload?: { readonly [field: string]: unknown };
  readonly stacks?: readonly string[];
  readonly durability?: string;
  readonly replicas?: number | readonly number[];
  readonly nodes?: number;
  readonly load?: { readonly workers: number | readonly number[] };
  readonly driver?: string | { readonly k6: string } | readonly (string | { readonly k6: string })[];
  readonly gateways?: number | readonly number[];
  readonly gateway?: { readonly [field: string]: unknown };
  readonly faults?: readonly { readonly [field: string]: unknown }[];
  readonly thresholds?: { readonly [metric: string]: unknown };
  readonly checks?: readonly string[];
  readonly options?: { readonly [port: string]: unknown };
  readonly leaks?: { readonly [field: string]: unknown };
  readonly random?: { readonly [field: string]: unknown };
  readonly search?: { readonly [field: string]: unknown };
  readonly sweep?: { readonly [field: string]: unknown };
}

/** The one results folder in `parent`; throws when there is none or more. */
export function resultIn(parent: string): string {
  const folders = globSync('*/', { cwd: parent });
  if (folders.length !== 1) throw new Error(`${folders.length} results folders in ${parent}: ${folders}`);
  return join(parent, folders[0] as string);
}

export function readIndex(folder: string): ResultIndex {
  return JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
}

export function readRecords(folder: string): RunRecord[] {
  return readIndex(folder).cells.flatMap(({ record }) =>
    record === null ? [] : [JSON.parse(readFileSync(join(folder, record), 'utf8')) as RunRecord],
  );
}

/** The operations on stored agents that the first cell of a run noted. */
export function readControl(folder: string): readonly ControlLine[] {
  const [{ record } = { record: null }] = readIndex(folder).cells;
  const file = join(folder, dirname(record as string), 'control.ndjson');
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as ControlLine);
}

export interface ControlLine {
  readonly operation: string;
  readonly id: string;
  readonly status?: string;
  readonly outcome: string;
}

/** Waits, as long as a slow machine may need, until `condition` holds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1500; tries++) {
    if (condition()) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`waited in vain until ${what}`);
}

/** Whether data of a stack lies anywhere in the folder. */
export function hasData(folder: string): boolean {
  return existsSync(folder) && globSync('**/data', { cwd: folder }).length > 0;
}

/** Runs at most `width` at a time, all of them; resolves to their results in order, or rejects with the first failure. */
export async function inTurn<T, R>(
  items: readonly T[],
  width: number,
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const outcomes: PromiseSettledResult<R>[] = [];
  const waiting = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, item] = next;
      [outcomes[at]] = (await Promise.allSettled([act(item)])) as [PromiseSettledResult<R>];
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
