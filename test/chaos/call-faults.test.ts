import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { callFault } from '../../chaos/calls/call-fault.ts';
import type { FaultKind, FaultOptions } from '../../chaos/fault.ts';
import { createGate, type Effect, gateBus, gateStorage } from '../../chaos/gate.ts';
import { faultTable, findFault } from '../../chaos/table.ts';
import type { Target } from '../../chaos/target.ts';
import type { Bus } from '../../core/bus.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import { createRandom } from '../../core/random.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

const message: Message = {
  key: 'k',
  type: 't',
  swarmId: '',
  producer: 1,
  sequence: 1,
  at: 0,
  sentAt: 0,
  data: 'content',
};

/** A bus that hands over what it is given before the publish resolves, and says what it was given. */
function smallBus(): Bus & { readonly given: Message[][] } {
  const handlers: ((messages: readonly Message[], offset: string) => void | Promise<void>)[] = [];
  const given: Message[][] = [];
  return {
    given,
    async publish(_channel, messages) {
      given.push([...messages]);
      for (const handler of handlers) await handler(messages, '1');
    },
    async subscribe(_channel, _options, handler) {
      handlers.push(handler);
      return { close: async () => undefined };
    },
  };
}

function optionsOf({ options }: FaultKind, given: FaultOptions): FaultOptions {
  const defaults = Object.entries(options).map(([name, option]) => [name, option.default]);
  return { ...Object.fromEntries(defaults), ...given };
}

/** Plays one publish before, two at once under and one after a fault. */
async function play(kind: FaultKind, given: FaultOptions, on: 'publish' | 'deliver') {
  const clock = new FakeClock();
  const gate = createGate();
  const bus = smallBus();
  const gated = gateBus(bus, gate);
  const received: unknown[] = [];
  await gated.subscribe('c', {}, (messages) => void received.push(...messages.map(({ data }) => data)));
  const injection = await kind.prepare(
    { kind: 'calls', port: 'bus', method: on, gate },
    optionsOf(kind, given),
    {
      clock,
      random: createRandom(1),
    },
  );
  const publish = (sequence: number): Promise<string> =>
    gated.publish('c', [{ ...message, sequence }]).then(
      () => 'done',
      (error) => (isTestbedError(error, 'TIMEOUT') ? 'unknown' : 'failed'),
    );
  const told = [await publish(1)];
  const before = await injection.inForce();
  await injection.inject();
  const under = Promise.all([publish(2), publish(3)]);
  await clock.advance(5000);
  told.push(...(await under));
  const during = await injection.inForce();
  await injection.heal();
  await injection.heal();
  told.push(await publish(4));
  const healed = await injection.healed();
  const order = bus.given.map(([first]) => first?.sequence);
  return { told, before, during, healed, order, received, effect: gate.effect };
}

type Row = readonly [
  fault: string,
  given: FaultOptions,
  on: 'publish' | 'deliver',
  told: string,
  order: string,
  received: number,
];
// biome-ignore format: a table
const rows: readonly Row[] = [
  ['delay', { delay: 50 }, 'publish', 'done done done done', '1 2 3 4', 4],
  ['delay', { delay: 50 }, 'deliver', 'done done done done', '1 2 3 4', 4],
  ['error', {}, 'publish', 'done failed failed done', '1 4', 2],
  ['error', {}, 'deliver', 'done failed failed done', '1 2 3 4', 2],
  ['timeout', { after: 100 }, 'publish', 'done unknown unknown done', '1 4', 2],
  ['drop', {}, 'publish', 'done done done done', '1 4', 2],
  ['drop', {}, 'deliver', 'done done done done', '1 2 3 4', 2],
  ['duplicate', {}, 'publish', 'done done done done', '1 2 3 2 3 4', 6],
  ['reorder', {}, 'publish', 'done done done done', '1 3 2 4', 4],
  ['corrupt', {}, 'publish', 'done done done done', '1 2 3 4', 4],
  ['lost-reply', {}, 'publish', 'done unknown unknown done', '1 2 3 4', 4],
];

for (const [fault, given, on, told, order, received] of rows) {
  test(`${fault} on bus.${on}: observable, then gone`, async () => {
    const played = await play(findFault(fault) as FaultKind, given, on);
    assert.is(played.told.join(' '), told);
    assert.is(played.order.join(' '), order);
    assert.is(played.received.length, received);
    const damaged = played.received.filter((data) => data !== 'content').length;
    assert.is(damaged, fault === 'corrupt' ? 2 : 0);
    assert.equal([played.before, played.during, played.healed, played.effect], [false, true, true, null]);
  });

  test(`${fault} on bus.${on}: with a chance of 0 nothing is seen in force`, async () => {
    const played = await play(findFault(fault) as FaultKind, { ...given, probability: 0 }, on);
    assert.is(played.told.join(' '), 'done done done done');
    assert.equal([played.during, played.healed], [false, true]);
  });
}

test('every fault on calls has its row', () => {
  const calls = faultTable.filter(({ targets }) => targets.includes('calls')).map(({ name }) => name);
  assert.equal([...new Set(rows.map(([name]) => name))].sort(), [...calls].sort());
});

test('a method of storage is hit on every repository, or on the one that is named, and no other', async () => {
  const hit = async (method: string | null): Promise<string[]> => {
    const gate = createGate();
    const answer = async (): Promise<never[]> => [];
    const methods = Object.fromEntries(
      ['insert', 'get', 'update', 'find', 'count', 'remove', 'append', 'read', 'prune'].map((name) => [
        name,
        answer,
      ]),
    );
    const storage = gateStorage({ agents: methods, swarms: methods, events: methods } as never, gate);
    const kind = findFault('error') as FaultKind;
    const target = { kind: 'calls', port: 'storage', method, gate } as const;
    const injection = await kind.prepare(target, optionsOf(kind, {}), {
      clock: new FakeClock(),
      random: createRandom(1),
    });
    await injection.inject();
    const refused: string[] = [];
    const call = (name: string, made: Promise<unknown>): Promise<unknown> =>
      made.catch(() => refused.push(name));
    await call('agents.update', storage.agents.update({} as never));
    await call('swarms.update', storage.swarms.update({} as never));
    await call('agents.get', storage.agents.get('x'));
    await call('events.append', storage.events.append([]));
    return refused;
  };
  assert.equal(await hit('update'), ['agents.update', 'swarms.update']);
  assert.equal(await hit('agents.update'), ['agents.update']);
  assert.equal(await hit(null), ['agents.update', 'swarms.update', 'agents.get', 'events.append']);
});

test('a call that is spared does not overtake one that is held, nor does one after the heal', async () => {
  const [clock, gate, bus] = [new FakeClock(), createGate(), smallBus()];
  const gated = gateBus(bus, gate);
  const kind = findFault('delay') as FaultKind;
  const target = { kind: 'calls', port: 'bus', method: 'publish', gate } as const;
  const options = optionsOf(kind, { delay: 50, jitter: 20, probability: 0.5 });
  const injection = await kind.prepare(target, options, { clock, random: createRandom(1) });
  await injection.inject();
  const sequences = Array.from({ length: 30 }, (_, index) => index + 1);
  const made = sequences.slice(0, 29).map((sequence) => gated.publish('c', [{ ...message, sequence }]));
  await clock.advance(60);
  await injection.heal();
  made.push(gated.publish('c', [{ ...message, sequence: 30 }]));
  await Promise.all(made);
  assert.equal(
    bus.given.map(([first]) => first?.sequence),
    sequences,
  );
});

// biome-ignore format: a table
const looks: readonly (readonly [name: string, probability: number, looksHit: readonly boolean[], healed: boolean])[] = [
  ['one that came through as it was meant is enough', 0.3, [false], true],
  ['one that was hit is not', 0.3, [true], false],
  ['a few after one that was hit could have been spared', 0.3, [true, ...Array(30).fill(false)], false],
  ['as many as could not are enough: a call can look held by a machine that stood still', 0.3, [true, ...Array(40).fill(false)], true],
  ['of a fault that spares none, twenty', 1, [true, ...Array(20).fill(false)], true],
];
for (const [name, probability, looksHit, healed] of looks) {
  test(`calls after a heal: ${name}`, async () => {
    const gate = createGate();
    let hit = false;
    const pass: Effect = (_call, proceed, asked) => proceed(asked);
    const kind = callFault({ name: 'x', meaning: '', options: {}, effect: () => pass, shows: () => hit });
    const target: Target = { kind: 'calls', port: 'bus', method: 'publish', gate };
    const tools = { clock: new FakeClock(), random: createRandom(1) };
    const injection = await kind.prepare(target, { probability }, tools);
    const gated = gateBus(smallBus(), gate);
    await injection.inject();
    await injection.heal();
    for (const [sequence, looks] of looksHit.entries()) {
      hit = looks;
      await gated.publish('c', [{ ...message, sequence }]);
    }
    assert.is(await injection.healed(), healed);
  });
}

test('two faults lie over one another, and one heals without the other', async () => {
  const [clock, gate, bus] = [new FakeClock(), createGate(), smallBus()];
  const gated = gateBus(bus, gate);
  const make = async (name: string) => {
    const kind = findFault(name) as FaultKind;
    const target = { kind: 'calls', port: 'bus', method: 'publish', gate } as const;
    return kind.prepare(target, optionsOf(kind, {}), { clock, random: createRandom(1) });
  };
  const [twice, lost] = [await make('duplicate'), await make('lost-reply')];
  await twice.inject();
  await lost.inject();
  await fails(gated.publish('c', [message]));
  assert.is(bus.given.length, 2);
  await twice.heal();
  await fails(gated.publish('c', [message]));
  assert.is(bus.given.length, 3);
  await lost.heal();
  await gated.publish('c', [message]);
  assert.equal([await twice.healed(), await lost.healed(), gate.effect], [true, true, null]);
});

async function fails(made: Promise<unknown>): Promise<void> {
  const told = await made.then(
    () => 'done',
    () => 'failed',
  );
  assert.is(told, 'failed');
}

test.run();
