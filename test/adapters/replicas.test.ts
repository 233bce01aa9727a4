/** Replicas of real servers: what they answer, what they must not decide, and what becomes of them. */
import { fork } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Place, Replica, Server, StorageAdapter } from '../../adapters/adapter.ts';
import { postgresStorage } from '../../adapters/postgres/index.ts';
import { redisStorage } from '../../adapters/redis/index.ts';
import { isRunning } from '../../adapters/servers/process-table.ts';
import type { Agent } from '../../core/agent.ts';
import { systemClock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Storage, StorageReads } from '../../core/storage.ts';
import { UndoStack } from '../../scenarios/run/undo.ts';
import { event, storedAgent } from '../core/stand.ts';
import type { Left } from './replica-runner.ts';

const directory = mkdtempSync(join(tmpdir(), 'testbed-replicas-'));
chmodSync(directory, 0o755);
test.after(() => rmSync(directory, { recursive: true, force: true }));

/** A server and its replica: one pair for all tests of an adapter, of which the last ends it. */
interface Pair {
  readonly primary: Server;
  readonly replica: Replica;
}

/** A namespace of its own, open at both. */
interface Stand extends Pair {
  readonly place: Place;
  readonly storage: Storage;
  readonly reads: StorageReads;
}

let places = 0;

function placeOf(): Place {
  return { directory, namespace: `replicas-${++places}`, durability: 'process-crash', options: {} };
}

/** Null where there is no such server: said, and with CI=true a failure. */
async function startPair(adapter: StorageAdapter): Promise<Pair | null> {
  try {
    const place = placeOf();
    const primary = (await adapter.serve?.(place)) as Server;
    test.after(() => primary.close());
    const replica = (await adapter.replicate?.(primary, place)) as Replica;
    test.after(() => replica.close());
    return { primary, replica };
  } catch (error) {
    if (process.env['CI'] === 'true' || !isTestbedError(error, 'UNSUPPORTED')) throw error;
    process.stdout.write(`SKIP ${adapter.name}: ${error.message}\n`);
    return null;
  }
}

async function openStand(adapter: StorageAdapter, pair: Pair, undo: UndoStack): Promise<Stand> {
  const place = placeOf();
  const storage = await adapter.open(place, pair.primary.address);
  undo.push('storage', () => storage.close());
  const reads = await adapter.openReplica?.(place, pair.replica.address);
  assert.ok(reads);
  undo.push('reads', () => reads.close());
  return { ...pair, place, storage: storage.port, reads: reads.port };
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = systemClock.now() + 20_000;
  while (!(await holds())) {
    if (systemClock.now() > giveUpAt) throw new Error(`${what}: not within 20 s`);
    await systemClock.sleep(2);
  }
}

/** Waits for the replica to know this version of an agent. */
async function follow({ reads }: Stand, { id, version }: Agent): Promise<void> {
  await until(`${id} at ${version}`, async () => {
    try {
      return ((await reads.agents.get(id))?.version ?? 0) >= version;
    } catch (error) {
      // It is being started.
      if (isTestbedError(error, 'UNAVAILABLE', 'TIMEOUT')) return false;
      throw error;
    }
  });
}

for (const adapter of [redisStorage, postgresStorage]) {
  const pair = await startPair(adapter);
  const on = (name: string, run: (stand: Stand) => Promise<void>): void => {
    const title = `${adapter.name}: ${name}`;
    if (pair === null) test.skip(title);
    else
      test(title, async () => {
        const undo = new UndoStack();
        try {
          await run(await openStand(adapter, pair, undo));
        } finally {
          assert.equal(await undo.run(), []);
        }
      });
  };

  on('it answers all reads with what its primary was told', async (stand) => {
    const { storage, reads } = stand;
    const agents = Array.from({ length: 30 }, (_, index) =>
      storedAgent(`agent-${index}`, { version: 1, status: index < 20 ? 'running' : 'paused' }),
    );
    await storage.events.append([event('agent-1'), event('agent-2')]);
    await storage.agents.insert(agents);
    const last = { ...(agents[0] as Agent), version: 2 };
    assert.equal(await storage.agents.update([last]), []);
    await follow(stand, last);
    const asked = { status: 'running' } as const;
    assert.equal(
      await reads.agents.find(asked, { limit: 7 }),
      await storage.agents.find(asked, { limit: 7 }),
    );
    assert.is(await reads.agents.count(asked), 20);
    assert.is(await reads.agents.get('nobody'), undefined);
    assert.equal(await reads.swarms.find({}, { limit: 5 }), { items: [] });
    const page = await reads.events.read({ key: 'agent-1' }, { limit: 5 });
    assert.equal(page, await storage.events.read({ key: 'agent-1' }, { limit: 5 }));
    assert.is(await reads.events.count(), 2);
    await until('no lag', async () => (await stand.replica.lagBytes()) === 0);
  });

  on('a version that it is behind with makes no compare-and-set succeed', async (stand) => {
    const { storage, reads } = stand;
    await storage.agents.insert([storedAgent('agent', { version: 1 })]);
    await follow(stand, storedAgent('agent', { version: 1 }));
    const old = (await reads.agents.get('agent')) as Agent;
    assert.equal(await storage.agents.update([{ ...old, version: 2, status: 'completed' }]), []);
    assert.equal(await storage.agents.update([{ ...old, version: old.version + 1, status: 'paused' }]), [
      'agent',
    ]);
    assert.is((await storage.agents.get('agent'))?.status, 'completed');
  });

  on('it takes no writes', async ({ reads }) => {
    const asIfStorage = reads as Storage;
    try {
      await asIfStorage.agents.insert([storedAgent('agent', { version: 1 })]);
      assert.unreachable('it took a write');
    } catch (error) {
      assert.ok(isTestbedError(error), String(error));
    }
  });

  on('paused, it is behind, and takes in what it missed when it goes on', async (stand) => {
    const { storage, reads, replica } = stand;
    await storage.agents.insert([storedAgent('agent', { version: 1 })]);
    await follow(stand, storedAgent('agent', { version: 1 }));
    await replica.pause();
    let answered = false;
    const asked = reads.agents.get('agent').then((agent) => {
      answered = true;
      return agent;
    });
    assert.equal(await storage.agents.update([storedAgent('agent', { version: 2 })]), []);
    assert.not(answered, 'a process that stands still has answered');
    await replica.resume();
    assert.ok(((await asked)?.version ?? 0) >= 1);
    await follow(stand, storedAgent('agent', { version: 2 }));
  });

  on('killed and started again, it follows again; so does it when its primary was', async (stand) => {
    const { storage, replica, primary } = stand;
    await replica.kill();
    await storage.agents.insert([storedAgent('first', { version: 1 })]);
    await replica.start();
    await follow(stand, storedAgent('first', { version: 1 }));
    await primary.kill();
    await primary.start();
    await until('the storage is back', async () => {
      try {
        await storage.agents.insert([storedAgent('second', { version: 1 })]);
        return true;
      } catch (error) {
        if (isTestbedError(error, 'DUPLICATE')) return true;
        if (isTestbedError(error, 'UNAVAILABLE', 'TIMEOUT')) return false;
        throw error;
      }
    });
    await follow(stand, storedAgent('second', { version: 1 }));
  });

  on('promoted when its primary is gone, it takes writes, also after it was started again', async (stand) => {
    const { storage, replica, primary } = stand;
    await storage.agents.insert([storedAgent('agent', { version: 1 })]);
    await follow(stand, storedAgent('agent', { version: 1 }));
    await primary.kill();
    await replica.promote();
    await replica.kill();
    await replica.start();
    const connection = await adapter.open(stand.place, replica.address);
    try {
      assert.equal(await connection.port.agents.update([storedAgent('agent', { version: 2 })]), []);
      assert.is((await connection.port.agents.get('agent'))?.version, 2);
    } finally {
      await connection.close();
    }
  });

  if (pair === null) test.skip(`${adapter.name}: the runner is killed`);
  else
    test(`${adapter.name}: a runner that is killed leaves neither primary nor replica`, async () => {
      const child = fork(join(import.meta.dirname, 'replica-runner.ts'), [adapter.name, directory]);
      const left = await new Promise<Left>((resolve, reject) => {
        child.once('message', (message) => resolve(message as Left));
        child.once('exit', (code) => reject(new Error(`the runner ended with ${code}`)));
      });
      // What they ran for a moment may have ended by itself.
      const running = left.pids.filter(isRunning);
      child.kill('SIGKILL');
      assert.ok(running.length >= 4, 'two servers and their watchdogs');
      await until('they are gone', () => !left.pids.some(isRunning));
      await until('their directories are gone', () => !left.directories.some((folder) => existsSync(folder)));
    });
}

test.run();
