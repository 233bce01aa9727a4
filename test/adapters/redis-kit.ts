import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { test as uvuTest } from 'uvu';
import type { Durability, Place } from '../../adapters/adapter.ts';
import { serveRedis } from '../../adapters/redis/server.ts';
import type { ProcessServer } from '../../adapters/servers/process-server.ts';
import type { Agent } from '../../core/agent.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';

const directory = mkdtempSync(join(tmpdir(), 'testbed-redis-test-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

/** A real server, or null where there is none: said, and with CI=true a failure. */
export async function startRedis(durability: Durability): Promise<ProcessServer | null> {
  try {
    return await serveRedis({ directory, namespace: '', durability, options: {} });
  } catch (error) {
    if (process.env['CI'] === 'true' || !isTestbedError(error, 'UNSUPPORTED')) throw error;
    process.stdout.write(`SKIP redis: ${error.message}\n`);
    return null;
  }
}

/** What a test has opened, closed after it whatever came out: a test that fails must not keep the process alive. */
const left = new Set<{ close(): Promise<unknown> }>();

export function opened<T extends { close(): Promise<unknown> }>(what: T): T {
  left.add(what);
  return what;
}

/** One more server, for one test. */
export async function anotherRedis(durability: Durability): Promise<ProcessServer> {
  return opened(await serveRedis({ directory, namespace: '', durability, options: {} }));
}

async function closeAll(): Promise<void> {
  const all = [...left].reverse();
  left.clear();
  for (const each of all) await each.close();
}

/** Registers tests that need the server: skipped where there is none. */
export function testsOn(
  server: ProcessServer | null,
  test: typeof uvuTest,
): (name: string, run: (server: ProcessServer) => Promise<void>) => void {
  test.after(() => server?.close());
  return (name, run) => {
    if (server === null) test.skip(name);
    else
      test(name, async () => {
        try {
          await run(server);
        } finally {
          await closeAll();
        }
      });
  };
}

let places = 0;

/** A place that nobody has used. */
export function freshPlace(durability: Durability, options: Place['options'] = {}): Place {
  return { directory, namespace: `test-${process.pid}-${++places}`, durability, options };
}

/** A client of our own beside the adapter's, gone after `work`. */
export async function withClient<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { protocol: 2 });
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

/** Resolves once it holds; throws after ten seconds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`${what}: not within 10 s`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export function message(sequence: number, key = `key-${sequence % 7}`): Message {
  return {
    key,
    type: 'text_delta',
    swarmId: '',
    producer: 1,
    sequence,
    at: 1.5,
    sentAt: 2.5,
    data: `no ${sequence}`,
  };
}

/** `count` messages from `first` on. */
export function messages(count: number, first = 1): Message[] {
  return Array.from({ length: count }, (_, index) => message(first + index));
}

export function agent(id: string, changes: Partial<Agent> = {}): Agent {
  return {
    id,
    status: 'running',
    version: 1,
    swarmId: null,
    parentId: null,
    owner: null,
    attempt: 0,
    createdAt: 1,
    updatedAt: 1,
    task: 'task',
    session: null,
    result: null,
    error: null,
    ...changes,
  };
}

/** The code it rejected with; null when it resolved. Anything that is not ours is thrown. */
export async function codeOf(work: Promise<unknown>): Promise<string | null> {
  return (await errorOf(work))?.code ?? null;
}

export async function errorOf(work: Promise<unknown>) {
  try {
    await work;
    return null;
  } catch (error) {
    if (isTestbedError(error)) return error;
    throw error;
  }
}
