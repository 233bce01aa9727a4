import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { test as uvuTest } from 'uvu';
import type { Address, Connection, Durability, Place } from '../../adapters/adapter.ts';
import { postgresBus, postgresStorage } from '../../adapters/postgres/index.ts';
import { servePostgres } from '../../adapters/postgres/server.ts';
import type { ProcessServer } from '../../adapters/servers/process-server.ts';
import type { Agent } from '../../core/agent.ts';
import type { Bus } from '../../core/bus.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Storage } from '../../core/storage.ts';

const directory = mkdtempSync(join(tmpdir(), 'testbed-postgres-test-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

/** A real server, or null where there is none: said, and with CI=true a failure. */
export async function startPostgres(durability: Durability): Promise<ProcessServer | null> {
  try {
    return await servePostgres({ directory, namespace: '', durability, options: {} });
  } catch (error) {
    if (process.env['CI'] === 'true' || !isTestbedError(error, 'UNSUPPORTED')) throw error;
    process.stdout.write(`SKIP postgres: ${error.message}\n`);
    return null;
  }
}

/** What a test has opened, closed after it whatever came out: a test that fails must not keep the process alive. */
const left = new Set<{ close(): unknown }>();

export function opened<T extends { close(): unknown }>(what: T): T {
  left.add(what);
  return what;
}

/** One more server, for one test. */
export async function anotherPostgres(durability: Durability): Promise<ProcessServer> {
  return opened(await servePostgres({ directory, namespace: '', durability, options: {} }));
}

export async function openBus(place: Place, address: Address): Promise<Connection<Bus>> {
  return opened(await postgresBus.open(place, address));
}

export async function openStorage(place: Place, address: Address): Promise<Connection<Storage>> {
  return opened(await postgresStorage.open(place, address));
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
  return { directory: tmpdir(), namespace: `test-${process.pid}-${++places}`, durability, options };
}

/** A client of our own beside the adapter's, closed after `work`. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
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

/** How many statements wait for a lock. */
export async function waiters(client: pg.Client): Promise<number> {
  const { rows } = await client.query('select count(*)::int as waiting from pg_locks where not granted');
  return rows[0].waiting;
}

export function message(sequence: number, key = 'key'): Message {
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
  try {
    await work;
    return null;
  } catch (error) {
    if (isTestbedError(error)) return error.code;
    throw error;
  }
}
