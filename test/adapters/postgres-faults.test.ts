/** A Postgres that is killed, stopped in its tracks, or loses a backend, in the middle of use. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Connection } from '../../adapters/adapter.ts';
import type { ProcessServer } from '../../adapters/servers/process-server.ts';
import type { Bus } from '../../core/bus.ts';
import type { Storage } from '../../core/storage.ts';
import {
  agent,
  anotherPostgres,
  codeOf,
  freshPlace,
  message,
  openBus,
  openStorage,
  startPostgres,
  testsOn,
  until,
  withClient,
} from './postgres-kit.ts';

const server = await startPostgres('process-crash');
const onServer = testsOn(server, test);
const channel = 'channel';
const refusals = ['UNAVAILABLE', 'TIMEOUT'];

/** Publishes and stores without pause until told to stop; what was acknowledged, and the codes of what was not. */
function load(bus: Connection<Bus>, storage: Connection<Storage>) {
  const acknowledged = { published: [] as number[], inserted: [] as string[], appended: [] as number[] };
  const codes = new Set<string>();
  let stopped = false;
  let next = 0;
  const attempt = async (work: Promise<unknown>, done: () => void): Promise<void> => {
    const code = await codeOf(work);
    if (code === null) done();
    else {
      codes.add(code);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const worker = async (): Promise<void> => {
    while (!stopped) {
      const number = ++next;
      const id = `agent-${number}`;
      await attempt(bus.port.publish(channel, [message(number)]), () => acknowledged.published.push(number));
      await attempt(storage.port.agents.insert([agent(id)]), () => acknowledged.inserted.push(id));
      // Now and then so many that they go by COPY.
      const events = Array.from({ length: number % 8 === 0 ? 100 : 1 }, () => message(number));
      await attempt(storage.port.events.append(events), () => acknowledged.appended.push(number));
    }
  };
  const workers = Array.from({ length: 8 }, worker);
  return {
    acknowledged,
    codes,
    async stop() {
      stopped = true;
      await Promise.all(workers);
    },
  };
}

/** Loads the server, does something to it, and finds everything that was acknowledged, also by who was subscribed all along. */
async function survives(own: ProcessServer, blow: () => Promise<unknown>): Promise<void> {
  const place = freshPlace('process-crash', { timeoutMs: 1_000 });
  const bus = await openBus(place, own.address);
  const storage = await openStorage(place, own.address);
  const live = new Set<number>();
  await bus.port.subscribe(channel, {}, (batch) => {
    for (const { sequence } of batch) live.add(sequence);
  });
  const running = load(bus, storage);
  const { acknowledged, codes } = running;
  const counts = () => Object.values(acknowledged).map(({ length }) => length);
  await until('load', () => counts().every((count) => count > 100));
  await blow();
  const before = counts();
  await until('to be back', () => counts().every((count, index) => count > (before[index] as number) + 100));
  await running.stop();
  assert.equal(
    [...codes].filter((code) => !refusals.includes(code)),
    [],
  );

  const stored = await codesOfMissing(storage, acknowledged.inserted);
  assert.equal(stored, [], 'inserted and gone');
  const kept = new Set<number>();
  for (let after: string | undefined, last = false; !last; ) {
    const page = await storage.port.events.read(
      {},
      { limit: 10_000, ...(after === undefined ? {} : { after }) },
    );
    for (const { sequence } of page.items) kept.add(sequence);
    after = page.next;
    last = after === undefined;
  }
  assert.equal(
    acknowledged.appended.filter((number) => !kept.has(number)),
    [],
    'appended and gone',
  );
  await until('delivery of all that was acknowledged', () =>
    acknowledged.published.every((number) => live.has(number)),
  );
  await Promise.all([bus.close(), storage.close()]);
}

async function codesOfMissing({ port }: Connection<Storage>, ids: readonly string[]): Promise<string[]> {
  const found = await Promise.all(ids.map((id) => port.agents.get(id)));
  return ids.filter((_, index) => found[index] === undefined);
}

onServer('killed and started again: nothing acknowledged is lost, and nobody has to be told', (own) =>
  survives(own, async () => {
    await own.kill();
    await own.start();
  }),
);

onServer('stopped in an orderly way and started again: the same', (own) =>
  survives(own, async () => {
    await own.stop();
    await own.start();
  }),
);

onServer('one backend killed: all connections drop, and all comes back by itself', (own) =>
  survives(own, () =>
    withClient(own.address.url, async (client) => {
      const { rows } = await client.query(
        "select pid from pg_stat_activity where application_name = 'testbed storage' limit 1",
      );
      process.kill(rows[0].pid, 'SIGKILL');
    }).catch(() => {}),
  ),
);

onServer('every connection terminated, again and again: the same', (own) =>
  survives(own, () =>
    withClient(own.address.url, async (client) => {
      for (let round = 0; round < 5; round++) {
        await client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'testbed%'",
        );
      }
    }),
  ),
);

onServer(
  'paused: what is under way is unknown, close returns all the same, and resumed it goes on',
  async (own) => {
    const place = freshPlace('process-crash', { timeoutMs: 200 });
    const bus = await openBus(place, own.address);
    const storage = await openStorage(place, own.address);
    const closing = await Promise.all([openBus(place, own.address), openStorage(place, own.address)]);
    const [closingBus] = closing;
    await closingBus.port.subscribe(channel, {}, () => {});
    await closingBus.port.subscribe(channel, { group: 'g' }, () => {});
    await bus.port.publish(channel, [message(1)]);
    await storage.port.agents.insert([agent('a')]);
    await own.pause();
    try {
      const codes = await Promise.all([
        codeOf(bus.port.publish(channel, [message(2)])),
        codeOf(storage.port.agents.insert([agent('b')])),
        codeOf(storage.port.agents.get('a')),
      ]);
      assert.equal(codes, ['TIMEOUT', 'TIMEOUT', 'UNAVAILABLE'], 'only what writes is in doubt');
      assert.is(
        await codeOf(storage.port.agents.insert([agent('c')])),
        'UNAVAILABLE',
        'there was no connection',
      );
      await Promise.all(closing.map(({ close }) => close()));
    } finally {
      await own.resume();
    }
    const seen: number[] = [];
    await bus.port.publish(channel, [message(3)]);
    await bus.port.subscribe(channel, { from: 'earliest' }, (batch) => {
      for (const { sequence } of batch) seen.push(sequence);
    });
    await until('delivery', () => seen.includes(3));
    assert.equal(
      seen.filter((sequence) => sequence !== 2),
      [1, 3],
    );
    assert.is.not(seen.at(-1), 2, 'what was in doubt does not come late');
    assert.is((await storage.port.agents.get('a'))?.version, 1);
    await Promise.all([bus.close(), storage.close()]);
  },
);

onServer('gone for good: everything is refused, and close returns', async () => {
  const other = await anotherPostgres('none');
  const place = freshPlace('none', { timeoutMs: 500 });
  const bus = await openBus(place, other.address);
  const storage = await openStorage(place, other.address);
  await bus.port.subscribe(channel, {}, () => {});
  await bus.port.subscribe(channel, { group: 'g' }, () => {});
  await bus.port.publish(channel, [message(1)]);
  await storage.port.agents.insert([agent('a')]);
  await other.close();
  await until('everything to be refused as never done', async () => {
    const codes = await Promise.all([
      codeOf(bus.port.publish(channel, [message(2)])),
      codeOf(bus.port.subscribe('another', {}, () => {})),
      codeOf(storage.port.agents.insert([agent('b')])),
      codeOf(storage.port.events.append([message(2)])),
      codeOf(storage.port.agents.count({})),
    ]);
    assert.ok(codes.every((code) => code !== null && refusals.includes(code)));
    return codes.every((code) => code === 'UNAVAILABLE');
  });
  await Promise.all([bus.close(), storage.close()]);
  assert.is(await codeOf(openBus(place, other.address)), 'UNAVAILABLE');
});

onServer('at level none a crash may lose the end, and what is published after it is delivered', async () => {
  const other = await anotherPostgres('none');
  const bus = await openBus(freshPlace('none', { timeoutMs: 1_000 }), other.address);
  const seen: number[] = [];
  await bus.port.subscribe(channel, {}, (batch) => {
    for (const { sequence } of batch) seen.push(sequence);
  });
  for (let sequence = 1; sequence <= 200; sequence++) await bus.port.publish(channel, [message(sequence)]);
  await until('delivery', () => seen.length === 200);
  await other.kill();
  await other.start();
  await until('a publish', async () => (await codeOf(bus.port.publish(channel, [message(201)]))) === null);
  await until('delivery of what was published after the crash', () => seen.includes(201));
});

test.run();
