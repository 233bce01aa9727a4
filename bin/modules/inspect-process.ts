/**
 * The process in which a stack with somebody's modules is looked at before it is played: imports them, opens what can be
 * opened without a server, and tells what they bring or what is wrong. Whatever they do to their process, they do to it.
 */
import { fileURLToPath } from 'node:url';
import type { Adapter, Connection } from '../../adapters/adapter.ts';
import { systemClock } from '../../core/clock.ts';
import { isTestbedError, messageOf } from '../../core/error.ts';
import { createRandom } from '../../core/random.ts';
import type { ModuleFacts } from '../../scenarios/run/environment.ts';
import type { Stack, Workload } from '../../scenarios/scenario.ts';
import { explain } from '../error-text.ts';
import { digestOf, watchImports } from './digest.ts';
import { versionOf } from './entry.ts';
import type { AdapterFacts, StackFacts } from './inspect.ts';
import { type LoadedStack, loadStack, shownAs } from './load-stack.ts';

export interface InspectOrder {
  readonly stack: Stack;
  /** Of a scenario that is to be played on it. */
  readonly workload: Workload;
  /** For what is opened; exists, and is removed afterwards. */
  readonly directory: string;
}

export type FromInspect =
  | { readonly kind: 'facts'; readonly facts: StackFacts }
  /** What is wrong, to be told of a module. */
  | { readonly kind: 'wrong'; readonly message: string };

/** What is going on with which modules, for when nothing goes on any more. */
let doing = 'importing it';
let modules = '';

async function end(message: FromInspect): Promise<void> {
  await new Promise<void>((done) => {
    if (process.send === undefined || !process.connected) done();
    else process.send(message, undefined, undefined, () => done());
  });
  // Whatever the module has left running must not keep the command waiting.
  process.exit(0);
}

async function inspect(order: InspectOrder): Promise<StackFacts> {
  const imported = watchImports();
  const loaded = await loadStack(order.stack);
  const modules = [...loaded.modules].map(([name, { url, bus, storage, system }]): ModuleFacts => {
    const parts = { bus, storage, system };
    const brings = (['bus', 'storage', 'system'] as const).filter((part) => parts[part] !== null);
    const file = fileURLToPath(url);
    return { name, brings, version: versionOf(file), hash: digestOf(file, imported) };
  });
  await tryOut(loaded, order);
  return { bus: factsOf(loaded.bus), storage: factsOf(loaded.storage), modules };
}

function factsOf({ name, options = {} }: Adapter<unknown>): AdapterFacts {
  return { name, options };
}

/** Opens once what lives inside this process. What cannot be opened here and now, the cell will tell; what it lacks is told now. */
async function tryOut(
  { bus, storage, assemble }: LoadedStack,
  { directory, workload }: InspectOrder,
): Promise<void> {
  const open = async <Port>(what: string, adapter: Adapter<Port>): Promise<Connection<Port> | null> => {
    if (adapter.serve !== undefined || adapter.server !== undefined) return null;
    const [durability = 'none'] = adapter.traits.durability;
    const place = { directory, namespace: 'inspect', durability, options: {} };
    return attempt(`open() of its ${what}`, () => adapter.open(place));
  };
  const [one, other] = [await open('bus', bus), await open('storage', storage)];
  if (one !== null && other !== null) {
    const ports = { bus: one.port, storage: other.port };
    const parts = { ...ports, clock: systemClock, random: createRandom(1), workload };
    const system = await attempt('system()', () => assemble(parts));
    doing = 'close() of its system';
    await system?.close();
  }
  doing = 'close()';
  await one?.close();
  await other?.close();
}

/** Null when it fails for a reason that may be gone when the cell is played; what is wrong with the module itself is thrown. */
async function attempt<T>(what: string, act: () => Promise<T>): Promise<T | null> {
  doing = what;
  try {
    return await act();
  } catch (error) {
    if (isTestbedError(error, 'INVALID_CONFIG', 'TIMEOUT')) throw error;
    return null;
  }
}

const fault = (error: unknown): void => {
  void end({ kind: 'wrong', message: `${modules}: an error that nobody caught: ${messageOf(error)}` });
};
process.on('uncaughtException', fault);
process.on('unhandledRejection', fault);
process.on('disconnect', () => process.exit(0));
process.on('beforeExit', () => {
  void end({
    kind: 'wrong',
    message: `${modules}: ${doing} never comes to an end: nothing is left that it could wait for`,
  });
});

process.once('message', async (order: InspectOrder) => {
  // Whoever only waits for us waits for nothing.
  process.channel?.unref();
  modules = Object.values(order.stack.modules ?? {})
    .map(shownAs)
    .join(', ');
  try {
    await end({ kind: 'facts', facts: await inspect(order) });
  } catch (error) {
    const { code, text } = explain(error);
    const told = code === 'INTERNAL' ? `${modules}: ${doing} failed: ${messageOf(error)}` : text;
    await end({ kind: 'wrong', message: told });
  }
});
