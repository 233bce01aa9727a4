/** What is left of what was acknowledged when a process dies by SIGKILL: the rows of the ground truth that need no load. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { BusAdapter, Place } from '../../adapters/adapter.ts';
import { startPeer } from '../../adapters/conformance/peer.ts';
import { memoryBus } from '../../adapters/memory/index.ts';
import { redisBus } from '../../adapters/redis/index.ts';
import { sqliteBus } from '../../adapters/sqlite/index.ts';
import type { Bus } from '../../core/bus.ts';
import {
  anotherRedis,
  freshPlace,
  messages,
  opened,
  startRedis,
  testsOn,
  until,
} from '../adapters/redis-kit.ts';

const onRedis = testsOn(await startRedis('none'), test);
const channel = 'events';
const many = 500;
/** Published when all is over: whoever sees it has seen what was left before it. */
const [marker] = messages(1, 1_000_000);
const markerNumber = 1_000_000;

/** The numbers of what a bus still holds, the marker aside. */
async function heldBy(bus: Bus): Promise<readonly number[]> {
  const seen: number[] = [];
  await bus.subscribe(
    channel,
    { from: 'earliest' },
    (some) => void seen.push(...some.map(({ sequence }) => sequence)),
  );
  await bus.publish(channel, marker === undefined ? [] : [marker]);
  await until('the marker', () => seen.includes(markerNumber));
  return seen.filter((sequence) => sequence !== markerNumber);
}

for (const [durability, left] of [
  ['none', 0],
  ['power-loss', many],
] as const) {
  onRedis(`Redis at ${durability}, killed: ${left} of ${many} acknowledged events are left`, async () => {
    const server = await anotherRedis(durability);
    const place = freshPlace(durability);
    const { port } = opened(await redisBus.open(place, server.address));
    await port.publish(channel, messages(many));
    await server.kill();
    await server.start();
    const { port: after } = opened(await redisBus.open(place, server.address));
    assert.is((await heldBy(after)).length, left);
  });
}

/** A process that publishes one after another until it is killed; resolves to what had been acknowledged to it. */
async function publishUntilKilled(adapter: string, place: Place): Promise<readonly number[]> {
  const url = new URL(`../../adapters/${adapter}/index.ts`, import.meta.url).href;
  const doomed = startPeer({
    kind: 'bus',
    module: { url, name: `${adapter}Bus` },
    place,
    address: undefined,
  });
  await doomed.ready;
  const acknowledged: number[] = [];
  for (const message of messages(20_000)) {
    void doomed.call('publish', channel, [message]).then(() => acknowledged.push(message.sequence));
  }
  await until('many are acknowledged', () => acknowledged.length >= many);
  await doomed.kill();
  return acknowledged;
}

/** A place of one test, with a bus opened by us after another process died in it. */
async function afterDeath(
  adapter: BusAdapter,
  durability: string,
  work: (parts: { acknowledged: readonly number[]; held: readonly number[]; directory: string }) => void,
): Promise<void> {
  const directory = mkdtempSync('/tmp/testbed-killed-');
  try {
    const place = { directory, namespace: 'test', durability, options: {} };
    const acknowledged = await publishUntilKilled(adapter.name, place);
    const { port, close } = await adapter.open(place);
    const held = await heldBy(port);
    await close();
    work({ acknowledged, held, directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

for (const durability of sqliteBus.traits.durability) {
  test(`SQLite at ${durability}, its process killed in mid-write: 0 lost, and the files are whole`, () =>
    afterDeath(sqliteBus, durability, ({ acknowledged, held, directory }) => {
      const there = new Set(held);
      assert.equal(
        acknowledged.filter((sequence) => !there.has(sequence)),
        [],
      );
      const files = readdirSync(directory).filter((name) => name.endsWith('.db'));
      assert.ok(files.length > 0);
      for (const file of files) {
        const db = new Database(join(directory, file), { readonly: true });
        assert.is(db.pragma('integrity_check', { simple: true }), 'ok');
        db.close();
      }
    }));
}

test('memory, its process killed: everything is lost, as its traits say', () =>
  afterDeath(memoryBus, 'none', ({ acknowledged, held }) => {
    assert.ok(acknowledged.length >= many);
    assert.equal(held, []);
    assert.equal(memoryBus.traits.durability, ['none']);
  }));

test.run();
