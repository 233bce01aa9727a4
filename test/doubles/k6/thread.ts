/** The thread of a virtual user: what a script imports of k6's modules it is given here. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { state } from './modules/state.ts';
import type { Iteration, Told, UserData } from './user.ts';

const { script, variables, id } = workerData as UserData;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith('k6/')
      ? { url: new URL(`./modules/${specifier.slice(3)}.ts`, import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});

Object.assign(globalThis, {
  open: (path: string) => readFileSync(path, 'utf8'),
  __ENV: variables,
});
state.vu.idInTest = id;

const tell = (told: Told): void => parentPort?.postMessage(told);
const functions = (await import(pathToFileURL(script).href)) as {
  readonly [name: string]: ((data: unknown) => unknown) | undefined;
};

parentPort?.on('message', ({ exec, iteration, startTime, data }: Iteration) => {
  Object.assign(state.scenario, { iterationInTest: iteration, startTime });
  try {
    tell({ kind: 'done', value: functions[exec]?.(data) ?? null });
  } catch (error) {
    tell({ kind: 'done', value: null, error: String(error) });
  }
});
tell({ kind: 'ready' });
