/** The system behind a gateway, as drivers reach it: over real sockets, to a gateway in this process. */
import { createServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import { startGateway } from '../../core/gateway/index.ts';
import type { Message } from '../../core/message.ts';
import { gatewaySystem } from '../../scenarios/drivers/gateway-system.ts';
import { HttpCaller } from '../../scenarios/drivers/http-caller.ts';
import { Inbox } from '../../scenarios/drivers/inbox.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { gateways, type Site } from '../core/gateway/gateways.ts';
import { codeOf } from '../core/stand.ts';

function event(sequence: number, key = 'a'): AgentEvent {
  return {
    key,
    type: 'text_delta',
    swarmId: '',
    producer: 3,
    sequence,
    at: 1.5,
    sentAt: 2.5,
    data: `${sequence}`,
  };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries++) await systemClock.sleep(10);
  assert.ok(condition());
}

const drivers = ['http', 'websocket'] as const;

for (const driver of drivers) {
  test(`${driver}: does all that an orchestrator does by calls`, async () => {
    const [site] = (await gateways(1)) as [Site];
    const sut = await gatewaySystem({ url: site.url, driver, clock: systemClock });
    const heard: AgentEvent[] = [];
    const told: Message[] = [];
    await sut.events.subscribe({ types: ['text_delta'] }, (events) => void heard.push(...events));
    const [one, two] = await Promise.all(
      [1, 2].map(() => sut.messages.subscribe('agent.*.commands', (messages) => void told.push(...messages))),
    );
    assert.is(await sut.createSwarm?.({ id: 's', strategy: 'parallel', size: 1 }), 's');
    const order = { swarmId: 's', parentId: null, task: { do: 'this' } };
    assert.equal(
      (
        await sut.spawn([
          { id: 'a', ...order },
          { id: 'b', ...order },
        ])
      ).map(({ id }) => id),
      ['a', 'b'],
    );
    await sut.pause('a');
    assert.is(await codeOf(() => sut.pause('a')), 'ILLEGAL_TRANSITION');
    await sut.resume('a');
    await sut.complete('a', ['done']);
    await sut.fail('b', 'no luck');
    assert.is(await codeOf(() => sut.kill('nobody')), 'NOT_FOUND');
    assert.is(await codeOf(() => sut.spawn([{ id: 'a', ...order }])), 'DUPLICATE');
    const b = (await sut.get?.('b')) as { readonly error: string };
    assert.is(b.error, 'no luck');
    assert.is(await sut.get?.('nobody'), undefined);
    assert.equal(await sut.count?.({ status: 'completed' }), { count: 1 });
    await sut.events.publish([event(1), event(2)]);
    await sut.messages.publish([{ ...event(1), key: 'agent.a.commands', type: 'command' }]);
    await until(() => heard.length === 2 && told.length === 2);
    assert.equal(heard, [event(1), event(2)]);
    assert.equal(told[0], { ...event(1), key: 'agent.a.commands', type: 'command' });
    await one?.close();
    await sut.messages.publish([{ ...event(2), key: 'agent.a.commands', type: 'command' }]);
    await until(() => told.length === 3);
    await two?.close();
    await sut.forgetEnded?.();
    assert.is(await site.orchestrator.count({}), 0);
    await sut.close();
    await site.close();
    assert.equal(site.faults, []);
  });

  test(`${driver}: comes back to a gateway that was away, and has missed nothing`, async () => {
    const [site] = (await gateways(1)) as [Site];
    const parts = { orchestrator: site.orchestrator, bus: site.bus, clock: systemClock };
    const first = await startGateway(parts);
    const port = Number(new URL(first.url).port);
    const sut: SystemUnderTest = await gatewaySystem({ url: first.url, driver, clock: systemClock });
    const heard: string[] = [];
    await sut.events.subscribe({}, (events) => void heard.push(...events.map(({ data }) => String(data))));
    await sut.events.publish([event(1)]);
    await until(() => heard.length === 1);
    await first.close(0);
    // On a connection that was just about to end it is unknown.
    let refused = await codeOf(() => sut.events.publish([event(2)]));
    while (refused === 'TIMEOUT') refused = await codeOf(() => sut.events.publish([event(2)]));
    assert.is(refused, 'UNAVAILABLE');
    await site.orchestrator.events.publish([event(3)]);
    const second = await startGateway({ ...parts, options: { port } });
    await site.orchestrator.events.publish([event(4)]);
    await until(() => heard.length === 3);
    assert.equal(heard, ['1', '3', '4']);
    await sut.close();
    await second.close(0);
    await site.close();
  });
}

test('http: what was asked and never answered is unknown', async () => {
  const server = createServer((socket) => void socket.once('data', () => socket.destroy()));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  const caller = new HttpCaller(`http://127.0.0.1:${port}`);
  assert.is(await codeOf(() => caller.call('pauseAgent', { path: { id: 'a' } })), 'TIMEOUT');
  server.close();
  await caller.close();
  assert.is(await codeOf(() => caller.call('pauseAgent', { path: { id: 'a' } })), 'UNAVAILABLE');
});

test('an inbox gives a handler that takes its time one batch after another, in order', async () => {
  const seen: string[] = [];
  const holds: boolean[] = [];
  const gate = Promise.withResolvers<void>();
  const inbox = new Inbox(
    (messages) => {
      seen.push(...messages.map(({ data }) => String(data)));
      return gate.promise;
    },
    (busy) => holds.push(busy),
  );
  inbox.put([event(1)]);
  inbox.put([event(2)]);
  inbox.put([event(3)]);
  assert.equal([seen, holds], [['1'], [true]]);
  gate.resolve();
  await until(() => holds.length === 2);
  assert.equal(
    [seen, holds],
    [
      ['1', '2', '3'],
      [true, false],
    ],
  );
});

test.run();
