/** What the READMEs of the two buses say of a server that dies: who had subscribed goes on, and as durable as it was. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { BusAdapter } from '../../adapters/index.ts';
import '../../bin/own-package.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import { scratch, until } from '../bin/command-line.ts';
import { folderOf } from './example.ts';
import { unplayable } from './playable.ts';

const folder = scratch();
test.after(() => folder.remove());

function message(sequence: number): Message {
  const stamp = { producer: 1, sequence, at: 1, sentAt: 1 };
  return { key: 'key', type: 'text_delta', swarmId: '', ...stamp, data: `no ${sequence}` };
}

/** Publishes again, with a number of its own each time, until one is acknowledged; resolves to that number. */
async function publishOne(publish: (one: Message) => Promise<void>, from: number): Promise<number> {
  for (let sequence = from; sequence < from + 100; sequence++) {
    try {
      await publish(message(sequence));
      return sequence;
    } catch (error) {
      assert.ok(isTestbedError(error, 'UNAVAILABLE', 'TIMEOUT'), String(error));
    }
  }
  throw new Error('a hundred publishes failed');
}

async function killAndStart(bus: BusAdapter, durability: string): Promise<void> {
  const directory = join(folder.path, `${bus.name}-${durability}`);
  mkdirSync(directory);
  const place = { directory, namespace: 'restart', durability, options: { answerWithinMs: 500 } };
  const server = await (bus.serve as NonNullable<typeof bus.serve>)(place);
  try {
    const { port, close } = await bus.open(place, server.address);
    const seen = new Set<number>();
    await port.subscribe('channel', {}, (messages) => {
      for (const { sequence } of messages) seen.add(sequence);
    });
    const publish = (one: Message): Promise<void> => port.publish('channel', [one]);
    for (let sequence = 1; sequence <= 20; sequence++) await publish(message(sequence));
    if (durability === 'none') await until('the first twenty', () => seen.size === 20);
    await server.kill();
    await server.start();
    const last = await publishOne(publish, 100);
    await until('what came after the restart', () => seen.has(last));
    await until('what was acknowledged before it', () => seen.size >= 21);
    await server.kill();
    await close();
  } finally {
    await server.close();
  }
}

for (const example of ['bullmq', 'nats-jetstream']) {
  const why = unplayable(example);
  if (why !== null) {
    process.stdout.write(`SKIP examples/${example} over a restart: ${why}\n`);
    test.skip(`${example} over a restart`, () => {});
    continue;
  }
  const { bus } = (await import(`${folderOf(example)}/bus.ts`)) as { bus: BusAdapter };
  for (const durability of ['none', 'process-crash'])
    test(`${example}, ${durability}: its server is killed and started, then only killed`, () =>
      killAndStart(bus, durability));
}

test.run();
