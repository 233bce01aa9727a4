/**
 * Our Redis bus beside the same done with ioredis itself and with BullMQ, on one server of ours. Published in batches by
 * callers that wait for their answers, consumed by one member of a group, acknowledged; a round ends with the last delivery.
 * By itself: one XADD a message in a pipeline, and XREADGROUP with XACK of what it gave, as the documentation has it.
 * BullMQ: addBulk, and a worker of high concurrency that removes what is done.
 *
 * Argument: the durability.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Place } from '../../adapters/adapter.ts';
import { redisBus } from '../../adapters/redis/bus.ts';
import { serveRedis } from '../../adapters/redis/server.ts';
import type { Message } from '../../core/message.ts';
import { inRounds, pairOf } from './rounds.ts';
import { byCallers, countTo, eventBatches, rateOf } from './server-load.ts';

/** As many as take each side long enough to be timed. */
const [ourEvents, rawEvents, jobs] = [200_000, 50_000, 10_000];
const [perBatch, packedBatch, perRead, callers, workerConcurrency, rounds] = [100, 500, 500, 4, 200, 7];

type Batches = readonly (readonly Message[])[];

async function throughOurs(url: string, place: Place, batches: Batches): Promise<number> {
  const total = batches.reduce((sum, { length }) => sum + length, 0);
  const { port, purge, close } = await redisBus.open({ ...place, namespace: randomUUID() }, { url });
  const { reached, add } = countTo(total);
  const subscription = await port.subscribe('events', { group: 'bench' }, ({ length }) => add(length));
  const rate = await rateOf(total, async () => {
    await byCallers(callers, batches, (batch) => port.publish('events', batch));
    await reached;
  });
  await subscription.close();
  await purge?.();
  await close();
  return rate;
}

async function byItself(url: string, batches: Batches): Promise<number> {
  const total = batches.reduce((sum, { length }) => sum + length, 0);
  const stream = `bench:${randomUUID()}`;
  const [writer, reader] = [new Redis(url), new Redis(url)];
  await writer.xgroup('CREATE', stream, 'bench', '$', 'MKSTREAM');
  let read = 0;
  const consume = async (): Promise<void> => {
    let acknowledged: Promise<unknown> = Promise.resolve();
    while (read < total) {
      const reply = await reader.xreadgroup(
        ...(['GROUP', 'bench', 'one', 'COUNT', perRead, 'BLOCK', 1000, 'STREAMS', stream, '>'] as const),
      );
      const [[, entries]] = (reply ?? [['', []]]) as [[string, [string, string[]][]]];
      for (const [, fields] of entries) if (JSON.parse(fields[1] as string).data.length === 64) read++;
      // Sent together with the next read.
      if (entries.length > 0) acknowledged = reader.xack(stream, 'bench', ...entries.map(([id]) => id));
    }
    await acknowledged;
  };
  const rate = await rateOf(total, async () => {
    const consumed = consume();
    await byCallers(callers, batches, (batch) => {
      const pipeline = writer.pipeline();
      for (const message of batch) pipeline.xadd(stream, '*', 'message', JSON.stringify(message));
      return pipeline.exec();
    });
    await consumed;
  });
  await writer.unlink(stream);
  for (const client of [writer, reader]) client.disconnect();
  return rate;
}

async function throughBullMq(url: string, batches: Batches): Promise<number> {
  const total = batches.reduce((sum, { length }) => sum + length, 0);
  const { hostname, port } = new URL(url);
  const connection = { host: hostname, port: Number(port) };
  const name = randomUUID();
  const queue = new Queue<Message>(name, {
    connection,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  const { reached, add } = countTo(total);
  const worker = new Worker<Message>(name, async () => add(1), {
    connection: { ...connection, maxRetriesPerRequest: null },
    concurrency: workerConcurrency,
    removeOnComplete: { count: 0 },
  });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  const rate = await rateOf(total, async () => {
    await byCallers(callers, batches, (batch) =>
      queue.addBulk(batch.map((data) => ({ name: data.type, data }))),
    );
    await reached;
  });
  await worker.close();
  await queue.obliterate({ force: true });
  await queue.close();
  return rate;
}

async function main(durability: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'testbed-bench-redis-'));
  const place = { directory, namespace: '', durability, options: {} };
  try {
    const startedMs = performance.now();
    const server = await serveRedis(place);
    const startMs = performance.now() - startedMs;
    try {
      const { url } = server.address;
      const [batches, large] = [eventBatches(ourEvents, perBatch), eventBatches(ourEvents, packedBatch)];
      const taken = await inRounds(rounds, {
        ours: () => throughOurs(url, place, batches),
        raw: () => byItself(url, batches.slice(0, rawEvents / perBatch)),
        packed: () => throughOurs(url, place, large),
        bullmq: () => throughBullMq(url, batches.slice(0, jobs / perBatch)),
      });
      const { ours, raw, packed: inPacks, bullmq } = taken;
      process.stdout.write(
        JSON.stringify({
          raw: pairOf(ours, raw),
          bullmq: pairOf(ours, bullmq),
          packed: pairOf(inPacks, raw),
          startMs,
        }),
      );
    } finally {
      await server.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

await main(process.argv[2] ?? 'none');
