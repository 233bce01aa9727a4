import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IntegerOption } from '../../adapters/adapter.ts';
import { TestbedError } from '../../core/error.ts';
import type { ModuleFacts } from '../../scenarios/run/environment.ts';
import type { Stack, Workload } from '../../scenarios/scenario.ts';
import { keepOutput } from '../cell-output.ts';
import { entryFile, moduleArgv } from '../own-process.ts';
import type { FromInspect, InspectOrder } from './inspect-process.ts';
import { shownAs } from './load-stack.ts';

/** An adapter as far as it can be known without loading it. */
export interface AdapterFacts {
  readonly name: string;
  readonly options: { readonly [name: string]: IntegerOption };
}

export interface StackFacts {
  readonly bus: AdapterFacts;
  readonly storage: AdapterFacts;
  readonly modules: readonly ModuleFacts[];
}

/** Far beyond the limits that the process has itself: it keeps its event loop. */
const patienceMs = 45_000;

/**
 * Looks at a stack that names modules, in a process of its own. INVALID_CONFIG with one line, which begins with the file,
 * when it cannot be played with them. `printed` is told what a module printed while it was looked at: nobody else sees it.
 */
export async function inspectStack(
  stack: Stack,
  workload: Workload,
  printed: (text: string) => void,
): Promise<StackFacts> {
  const directory = mkdtempSync(join(tmpdir(), 'testbed-inspect-'));
  try {
    const { answer, output } = await ask({ stack, workload, directory });
    if (answer.kind === 'wrong') throw new TestbedError('INVALID_CONFIG', answer.message);
    if (output !== '') printed(output);
    return answer.facts;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function ask(order: InspectOrder): Promise<{ readonly answer: FromInspect; readonly output: string }> {
  return new Promise((done) => {
    const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const;
    const child = fork(entryFile('modules/inspect-process'), [], {
      execArgv: [...moduleArgv],
      stdio: [...stdio],
    });
    const output = keepOutput(child);
    const shown = Object.values(order.stack.modules ?? {})
      .map(shownAs)
      .join(', ');
    let answer: FromInspect | null = null;
    const stop = (why: string) => (): void => {
      answer ??= { kind: 'wrong', message: `${shown}: ${why}` };
      child.kill('SIGKILL');
    };
    const hung = setTimeout(
      stop(`it kept the event loop for ${patienceMs / 1000} s and was ended`),
      patienceMs,
    );
    const onSignal = (): void => {
      child.kill('SIGKILL');
      process.exit(130);
    };
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
    child.on('message', (message: FromInspect) => {
      answer ??= message;
    });
    child.on('error', (error) => stop(error.message)());
    child.on('close', (code, signal) => {
      clearTimeout(hung);
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal);
      const how = signal ?? `exit code ${code}`;
      const message = `${shown}: it ended its process (${how}) when it was imported or opened`;
      done({ answer: answer ?? { kind: 'wrong', message }, output: output() });
    });
    child.send(order);
  });
}
