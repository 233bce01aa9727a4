import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EventFilter } from '../../core/delivery/event-routes.ts';
import { Scopes } from '../../core/delivery/scopes.ts';
import { type AgentEvent, eventTypes } from '../../core/event.ts';
import { AgentEventBus, type AgentEventBusOptions } from '../../core/event-bus.ts';
import { createRandom } from '../../core/random.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { codeOf, event, events, settle } from './stand.ts';
import { TinyBus } from './tiny-bus.ts';

async function open(options: Partial<AgentEventBusOptions> = {}) {
  const bus = new TinyBus();
  const clock = new FakeClock();
  const reported: unknown[] = [];
  const report = (error: unknown): void => void reported.push(error);
  return { bus, clock, reported, eventBus: await AgentEventBus.open({ bus, clock, options, report }) };
}

test('one subscription at the bus, however many here', async () => {
  const { bus, eventBus } = await open();
  for (let count = 0; count < 50; count++) await eventBus.subscribe({}, () => {});
  assert.is(bus.subscriptions, 1);
  assert.is(eventBus.subscriptions, 50);
});

test('without a filter the batch itself is handed over: nothing is copied', async () => {
  const { eventBus } = await open();
  const got: (readonly AgentEvent[])[] = [];
  for (let count = 0; count < 3; count++) await eventBus.subscribe({}, (batch) => void got.push(batch));
  const batch = events(5);
  await eventBus.publish(batch);
  await settle();
  assert.is(got.length, 3);
  for (const one of got) assert.is(one, batch);
  assert.is(eventBus.delivered, 15);
});

test('a filter that all of a batch matches gets the batch itself too', async () => {
  const { eventBus } = await open();
  let got: readonly AgentEvent[] = [];
  await eventBus.subscribe({ types: ['text_delta'] }, (batch) => {
    got = batch;
  });
  const batch = events(5);
  await eventBus.publish(batch);
  await settle();
  assert.is(got, batch);
});

test('every filter gets what a naive test of each event gives, in order', async () => {
  const random = createRandom(5);
  const { eventBus } = await open();
  const agents = ['a', 'b', 'c'];
  const swarms = ['', 's', 't'];
  const odd = ({ sequence }: AgentEvent): boolean => sequence % 2 === 1;
  const even = ({ sequence }: AgentEvent): boolean => sequence % 2 === 0;
  const maybe = <T>(value: T): T | undefined => (random.next() < 0.5 ? value : undefined);
  const filters: EventFilter[] = Array.from({ length: 60 }, () => {
    const types = maybe([random.pick(eventTypes), random.pick(eventTypes)]);
    const agentId = maybe(random.pick(agents));
    const swarmId = maybe(random.pick(swarms.slice(1)));
    const where = maybe(random.pick([odd, even]));
    return {
      ...(types && { types }),
      ...(agentId && { agentId }),
      ...(swarmId && { swarmId }),
      ...(where && { where }),
    };
  });
  const got: AgentEvent[][] = filters.map(() => []);
  for (const [index, filter] of filters.entries())
    await eventBus.subscribe(filter, (batch) => void got[index]?.push(...batch));
  const all: AgentEvent[] = [];
  for (let batch = 0; batch < 20; batch++) {
    const some = Array.from({ length: 10 }, () =>
      event(random.pick(agents), { type: random.pick(eventTypes), swarmId: random.pick(swarms) }),
    );
    all.push(...some);
    await eventBus.publish(some);
  }
  await settle(60);
  for (const [index, { types, agentId, swarmId, where }] of filters.entries()) {
    const expected = all.filter(
      (one) =>
        (types?.includes(one.type) ?? true) &&
        (agentId === undefined || one.key === agentId) &&
        (swarmId === undefined || one.swarmId === swarmId) &&
        (where?.(one) ?? true),
    );
    assert.equal(got[index], expected, JSON.stringify(filters[index]));
  }
});

test('equal filters are evaluated once', async () => {
  const { eventBus } = await open();
  let asked = 0;
  const where = (): boolean => {
    asked++;
    return true;
  };
  for (let count = 0; count < 5; count++) await eventBus.subscribe({ where }, () => {});
  await eventBus.publish(events(10));
  await settle();
  assert.is(asked, 10);
  assert.is(eventBus.delivered, 50);
});

test('types are told apart whatever their order and repetition', async () => {
  const { eventBus } = await open();
  const got: string[] = [];
  await eventBus.subscribe({ types: ['error', 'error'] }, () => void got.push('errors'));
  await eventBus.subscribe({ types: ['error', 'turn_end'] }, () => void got.push('both'));
  await eventBus.subscribe({ types: [] }, () => void got.push('none'));
  await eventBus.publish([event('a', { type: 'turn_end' })]);
  await settle();
  assert.equal(got, ['both']);
});

test('a predicate that throws costs nobody else an event', async () => {
  const { eventBus, reported } = await open();
  let others = 0;
  await eventBus.subscribe(
    {
      where: () => {
        throw new Error('no');
      },
    },
    () => assert.unreachable(),
  );
  await eventBus.subscribe({}, ({ length }) => {
    others += length;
  });
  await eventBus.publish(events(3));
  await settle();
  assert.is(others, 3);
  assert.is(reported.length, 3);
});

test('a failing handler is counted and harms nobody', async () => {
  for (const delivery of ['sync', 'async'] as const) {
    const { eventBus, bus, reported } = await open({ delivery });
    let good = 0;
    const throwing = await eventBus.subscribe({}, () => {
      throw new Error('no');
    });
    const rejecting = await eventBus.subscribe({}, async () => {
      await turn();
      throw new Error('no');
    });
    await eventBus.subscribe({}, ({ length }) => {
      good += length;
    });
    await eventBus.publish(events(4));
    await eventBus.publish(events(4));
    await settle();
    assert.is(good, 8, delivery);
    assert.equal([throwing.delivered, throwing.failures], [0, 8]);
    assert.equal([rejecting.delivered, rejecting.failures], [0, 8]);
    assert.equal([eventBus.delivered, eventBus.failures], [8, 16]);
    assert.is(reported.length, 4);
    assert.is(bus.unanswered, 0);
  }
});

test('who joins in mid-run gets everything published after that', async () => {
  const { eventBus } = await open();
  const got: number[] = [];
  let published = 0;
  let joinedAfter = 0;
  for (let count = 0; count < 50; count++) {
    if (count === 20) {
      joinedAfter = published;
      await eventBus.subscribe({}, (batch) => void got.push(...batch.map(({ sequence }) => sequence)));
    }
    await eventBus.publish([event('a', { sequence: ++published })]);
    if (count % 7 === 0) await turn();
  }
  await settle(120);
  const owed = Array.from({ length: published - joinedAfter }, (_, index) => joinedAfter + index + 1);
  assert.equal(
    got.filter((sequence) => sequence > joinedAfter),
    owed,
  );
});

test('async: publish does not wait for handlers; sync: it waits for all of them, one after another', async () => {
  for (const delivery of ['sync', 'async'] as const) {
    const { eventBus } = await open({ delivery });
    const log: string[] = [];
    for (const name of ['first', 'second']) {
      await eventBus.subscribe({}, async () => {
        log.push(`${name} begins`);
        await turn();
        log.push(`${name} ends`);
      });
    }
    await eventBus.publish(events(1));
    log.push('published');
    await settle();
    const handled = ['first begins', 'first ends', 'second begins', 'second ends'];
    if (delivery === 'sync') assert.equal(log, [...handled, 'published']);
    else assert.is(log[0], 'published');
  }
});

test('sync: a handler that publishes and waits does not wait for itself', async () => {
  const { eventBus } = await open({ delivery: 'sync' });
  let links = 0;
  await eventBus.subscribe({}, async () => {
    links++;
    if (links < 5) await eventBus.publish(events(1));
  });
  await eventBus.publish(events(1));
  await settle(60);
  assert.is(links, 5);
});

test('sync: a delivery that never comes is a TIMEOUT, not a wait for ever', async () => {
  const { eventBus, clock, bus } = await open({ delivery: 'sync' });
  bus.publish = async () => {};
  const publishing = codeOf(() => eventBus.publish(events(1)));
  await clock.advance(29_000);
  await clock.advance(2_000);
  assert.is(await publishing, 'TIMEOUT');
});

test('sync: closing ends the wait', async () => {
  const { eventBus, bus } = await open({ delivery: 'sync' });
  bus.publish = async () => {};
  const publishing = codeOf(() => eventBus.publish(events(1)));
  await turn();
  await eventBus.close();
  assert.is(await publishing, 'CLOSED');
});

test('sync: what the bus refuses is refused', async () => {
  const { eventBus, bus, clock } = await open({ delivery: 'sync' });
  bus.before = () => {
    throw new Error('down');
  };
  let timers = 0;
  const after = clock.after.bind(clock);
  clock.after = (ms, action) => {
    const cancel = after(ms, action);
    timers++;
    return () => {
      timers--;
      cancel();
    };
  };
  assert.is(await codeOf(() => eventBus.publish(events(1))), 'other');
  assert.is(timers, 0, 'and no longer waited for');
  bus.before = () => {};
  await eventBus.publish(events(1));
});

test('policy block: the bus is not acknowledged while a queue is over its limit', async () => {
  const { eventBus, bus } = await open({ queueLimit: 10, whenFull: 'block' });
  const gates: (() => void)[] = [];
  await eventBus.subscribe({}, () => new Promise<void>((resolve) => gates.push(resolve)));
  for (let count = 0; count < 6; count++) await eventBus.publish(events(5));
  await settle();
  // One in the handler, two in the queue, one that overfilled it and is not acknowledged, two still at the bus.
  assert.is(eventBus.received, 20);
  assert.is(eventBus.waiting, 15);
  assert.ok(bus.unanswered > 0);
  for (let count = 0; count < 6; count++) {
    await settle(4);
    gates.shift()?.();
  }
  await settle();
  assert.is(eventBus.delivered, 30);
  assert.is(bus.unanswered, 0);
  assert.is(eventBus.dropped, 0);
});

test('policies that drop: the bus is never held back, and every event is delivered or counted', async () => {
  for (const whenFull of ['drop-oldest', 'drop-newest'] as const) {
    const { eventBus, bus } = await open({ queueLimit: 7, whenFull });
    const gates: (() => void)[] = [];
    const got: number[] = [];
    await eventBus.subscribe({}, (batch) => {
      got.push(...batch.map(({ sequence }) => sequence));
      return new Promise<void>((resolve) => gates.push(resolve));
    });
    const all = events(100);
    for (let start = 0; start < 100; start += 5) await eventBus.publish(all.slice(start, start + 5));
    await settle(60);
    assert.is(bus.unanswered, 0);
    assert.is(eventBus.waiting, 7);
    for (let count = 0; count < 40; count++) {
      gates.shift()?.();
      await turn();
    }
    assert.is(got.length + eventBus.dropped, 100, whenFull);
    assert.is(eventBus.delivered, got.length);
    assert.equal(
      got,
      [...got].sort((a, b) => a - b),
    );
    const last = all.at(-1)?.sequence;
    assert.is(got.includes(last as number), whenFull === 'drop-oldest');
  }
});

test('a chain 100,000 deep overflows no stack and starves no timer', async () => {
  for (const delivery of ['async', 'sync'] as const) {
    const { eventBus, bus } = await open({ delivery });
    bus.keepPublished = false;
    const depth = 100_000;
    let links = 0;
    let ticks = 0;
    const finished = Promise.withResolvers<void>();
    const timer = setInterval(() => void ticks++, 1);
    await eventBus.subscribe({}, ([link]) => {
      links++;
      if (links === depth) finished.resolve();
      else void eventBus.publish([{ ...(link as AgentEvent), sequence: links }]);
    });
    void eventBus.publish(events(1));
    await finished.promise;
    clearInterval(timer);
    assert.is(links, depth, delivery);
    assert.ok(ticks > 0, `${delivery}: no timer fired before the chain was over`);
    await eventBus.close();
  }
});

test('after close: CLOSED, nothing delivered, nothing left at the bus', async () => {
  const { eventBus, bus } = await open();
  let calls = 0;
  await eventBus.subscribe({}, () => void calls++);
  await eventBus.publish(events(1));
  await eventBus.close();
  await eventBus.close();
  await settle();
  assert.is(calls, 0);
  assert.is(bus.subscriptions, 0);
  assert.is(await codeOf(() => eventBus.publish(events(1))), 'CLOSED');
  assert.is(await codeOf(() => eventBus.subscribe({}, () => {})), 'CLOSED');
});

test('close lets go of a bus that a full queue holds back', async () => {
  const { eventBus, bus } = await open({ queueLimit: 1, whenFull: 'block' });
  await eventBus.subscribe({}, async () => {
    await turn();
  });
  for (let count = 0; count < 10; count++) await eventBus.publish(events(3));
  await turn();
  await eventBus.close();
  await settle();
  assert.is(bus.unanswered, 0);
});

test('a subscription tied to an agent ends with it, and one closed before leaves no trace', async () => {
  const scopes = new Scopes();
  const eventBus = await AgentEventBus.open({ bus: new TinyBus(), clock: new FakeClock(), scopes });
  const first = await eventBus.subscribe({}, () => {}, { until: 'a' });
  await eventBus.subscribe({ agentId: 'a' }, () => {}, { until: 'a' });
  await eventBus.subscribe({}, () => {}, { until: 'b' });
  await first.close();
  assert.is(scopes.size, 2);
  await scopes.close('a');
  assert.equal([scopes.size, eventBus.subscriptions], [1, 1]);
  await (await eventBus.subscribe({}, () => {}, { until: 'c' })).close();
  assert.is(scopes.size, 1);
});

test('the log is filled whether or not anybody listens', async () => {
  const { eventBus } = await open({ logLimit: 8 });
  const all = events(20);
  await eventBus.publish(all.slice(0, 9));
  await eventBus.publish(all.slice(9));
  await settle();
  assert.equal(eventBus.log.read({ limit: 100 }).items, all.slice(12));
});

test.run();
