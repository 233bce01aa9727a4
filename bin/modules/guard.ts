import type { Adapter, Connection, Traits } from '../../adapters/adapter.ts';
import { isTestbedError, messageOf, TestbedError } from '../../core/error.ts';
import type { CreateSystem } from '../../scenarios/system.ts';
import { isRecord } from '../adapter-module.ts';

/** How long somebody's code may take to open, or to start its server. */
const openWithinMs = 30_000;

const repository = ['insert', 'get', 'update', 'find', 'count', 'remove'];

/** The methods of each port, by the path to them. */
const methods = {
  bus: ['publish', 'subscribe'],
  storage: [
    ...repository.map((method) => `agents.${method}`),
    ...repository.map((method) => `swarms.${method}`),
    ...['append', 'read', 'count', 'prune'].map((method) => `events.${method}`),
  ],
  system: [
    ...['spawn', 'pause', 'resume', 'complete', 'fail', 'kill', 'close'],
    ...['events', 'messages'].flatMap((part) => [`${part}.publish`, `${part}.subscribe`]),
  ],
  agents: ['agents.find', 'agents.count'],
} as const;

/** The same adapter; what it opens is looked at before it is used. INVALID_CONFIG says what it lacks, TIMEOUT that it hangs. */
export function guardAdapter<Port, T extends Traits>(
  adapter: Adapter<Port, T>,
  kind: 'bus' | 'storage',
  shown: string,
): Adapter<Port, T> {
  const { serve } = adapter;
  return {
    ...adapter,
    ...(serve && { serve: (place) => timely(`${shown}: serve()`, () => serve.call(adapter, place)) }),
    async open(place, address) {
      const what = `${shown}: open() of ${kind} "${adapter.name}"`;
      const connection: unknown = await timely(what, () => adapter.open(place, address));
      if (!isRecord(connection)) throw lacks(what, 'no connection');
      lookFor(what, connection, ['close']);
      if (!isRecord(connection['facts']))
        throw lacks(what, 'a connection without facts ({} where it has none)');
      lookFor(what, connection['port'], methods[kind], 'port.');
      return connection as unknown as Connection<Port>;
    },
  };
}

/** The same system, likewise. */
export function guardSystem(create: CreateSystem, ownStorage: boolean, shown: string): CreateSystem {
  return async (parts) => {
    const what = `${shown}: system()`;
    const system = await timely(what, () => create(parts));
    lookFor(what, system, methods.system);
    if (ownStorage) lookFor(`${what}, which has a storage of its own,`, system, methods.agents);
    return system;
  };
}

/** Throws INVALID_CONFIG when a method is missing, naming all that are. */
function lookFor(what: string, holder: unknown, paths: readonly string[], prefix = ''): void {
  const missing = paths.filter((path) => {
    const found = path
      .split('.')
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | null)?.[step], holder);
    return typeof found !== 'function';
  });
  if (missing.length > 0) {
    throw lacks(what, `something without ${missing.map((path) => `${prefix}${path}()`).join(', ')}`);
  }
}

function lacks(what: string, gave: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', `${what} gave ${gave}`);
}

/** What `start` gives, in time; what it throws that is no error of ours is told as the module's. */
async function timely<T>(what: string, start: () => Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const message = `${what} has given nothing for ${openWithinMs / 1000} s`;
  const timer = setTimeout(() => reject(new TestbedError('TIMEOUT', message)), openWithinMs);
  // A process in which nothing else is left to wait for need not wait for this.
  timer.unref();
  try {
    return await Promise.race([start(), late]);
  } catch (cause) {
    if (isTestbedError(cause)) throw cause;
    throw new TestbedError('UNAVAILABLE', `${what} failed: ${messageOf(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
