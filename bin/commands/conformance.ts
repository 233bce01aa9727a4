import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestbedError } from '../../core/error.ts';
import type { Command, Flags } from '../command.ts';
import type { FromConformance } from '../conformance-process.ts';
import type { ConformanceOrder } from '../conformance-suites.ts';
import { entryFile, moduleArgv } from '../own-process.ts';
import { watchedChild } from '../watched-child.ts';

export const conformance: Command = {
  name: 'conformance',
  usage: 'MODULE | ADAPTER',
  what: 'Holds the adapters that a module exports (or one of ours by name) to the conformance suites and says what fails and what that means.',
  positional: { least: 1, most: 1 },
  flags: [
    { name: 'only', value: 'TEXT', what: 'only tests whose name contains this' },
    { name: 'json', value: null, what: 'as JSON' },
  ],
  examples: [
    ['testbed conformance ./my-bus.ts', 'every adapter that the module exports'],
    ['testbed conformance memory --only order', 'one of ours, and only the tests about order'],
  ],
  run: runCommand,
};

/** An adapter that keeps the event loop this long has hung. */
const silenceMs = 30_000;

/** Runs the suites in a process of their own: an adapter may end its process, or never give it back. */
async function runCommand(flags: Flags): Promise<number> {
  const target = flags.positional[0] as string;
  const order: ConformanceOrder = { target, text: flags.text('only') ?? null, json: flags.has('json') };
  // Everything that the suites and the adapter put into temporary folders lies in here, and goes with it.
  const folder = mkdtempSync(join(tmpdir(), 'testbed-conformance-'));
  // Its name is no secret: the user that a server of ours runs as has to pass through to its own directory.
  chmodSync(folder, 0o711);
  try {
    const end = await runSuites(order, folder);
    if (end.kind === 'done') return end.exitCode;
    if (end.code === 'INVALID_CONFIG') throw new TestbedError('INVALID_CONFIG', end.message);
    process.stderr.write(`testbed conformance: ${target}: ${end.message}\n`);
    return end.code === 'STRAY' ? 1 : 4;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Ended = Exclude<FromConformance, { readonly kind: 'alive' }>;

/** Runs them in `folder`, which goes with the process even when we are killed. */
async function runSuites(order: ConformanceOrder, folder: string): Promise<Ended> {
  const { child, dismiss } = await watchedChild(folder, () =>
    fork(entryFile('conformance-process'), [], {
      execArgv: [...moduleArgv],
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    }),
  );
  try {
    return await follow(child, order);
  } finally {
    await dismiss();
  }
}

function follow(child: ChildProcess, order: ConformanceOrder): Promise<Ended> {
  return new Promise((resolve) => {
    let ended: Ended | null = null;
    const stop = (why: string) => (): void => {
      ended ??= { kind: 'failed', code: 'STRAY', message: why };
      child.kill('SIGKILL');
    };
    const hung = stop(`it kept the event loop for ${silenceMs / 1000} s and was ended`);
    let silence = setTimeout(hung, silenceMs);
    const onSignal = stop('interrupted');
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    child.on('message', (message: FromConformance) => {
      clearTimeout(silence);
      silence = setTimeout(hung, silenceMs);
      if (message.kind !== 'alive') ended ??= message;
    });
    child.on('close', (code, signal) => {
      clearTimeout(silence);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      const how = signal ?? `exit code ${code}`;
      const message = `it ended its process (${how}) before the suites were through`;
      resolve(ended ?? { kind: 'failed', code: 'STRAY', message });
    });
    child.send(order);
  });
}
