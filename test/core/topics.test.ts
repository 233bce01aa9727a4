import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TopicTrie } from '../../core/delivery/topic-trie.ts';
import type { Message } from '../../core/message.ts';
import { MessageBus, type MessageBusOptions } from '../../core/message-bus.ts';
import { createRandom } from '../../core/random.ts';
import {
  agentTopic,
  alertsTopic,
  assertPattern,
  assertTopic,
  swarmTopic,
  taskTopic,
} from '../../core/topic.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { codeOf, settle } from './stand.ts';
import { TinyBus } from './tiny-bus.ts';

async function open(options: Partial<MessageBusOptions> = {}): Promise<MessageBus> {
  return MessageBus.open({ bus: new TinyBus(), clock: new FakeClock(), options });
}

let sequence = 0;

function message(topic: string): Message {
  return {
    key: topic,
    type: 'command',
    swarmId: '',
    producer: 1,
    sequence: ++sequence,
    at: 0,
    sentAt: 0,
    data: null,
  };
}

const matching: readonly (readonly [pattern: string, topic: string, matches: boolean])[] = [
  ['agent.a.commands', 'agent.a.commands', true],
  ['agent.a.commands', 'agent.b.commands', false],
  ['agent.*.commands', 'agent.a.commands', true],
  ['agent.*.commands', 'agent.a.logs', false],
  ['agent.*.commands', 'agent.a.b.commands', false],
  ['agent.*', 'agent', false],
  ['agent.*', 'agent.a.commands', false],
  ['*.*.*', 'agent.a.commands', true],
  ['*', 'agent', true],
  ['*', 'agent.a', false],
  ['agent.#', 'agent.a.commands', true],
  ['agent.#', 'agent.a', true],
  ['agent.#', 'agent', true],
  ['agent.#', 'swarm.a.broadcast', false],
  ['agent.a.#', 'agent.a.events', true],
  ['agent.a.#', 'agent.b.events', false],
  ['agent.*.#', 'agent.a.events', true],
  ['agent.*.#', 'agent', false],
  ['#', 'system.alerts', true],
  ['swarm.*.broadcast', swarmTopic('s'), true],
  ['task.*.updates', taskTopic('build'), true],
  ['agent.*.logs', agentTopic('a', 'logs'), true],
  ['system.*', alertsTopic, true],
];

for (const [pattern, topic, matches] of matching) {
  test(`${pattern} ${matches ? 'gets' : 'does not get'} ${topic}`, async () => {
    const messages = await open();
    const got: string[] = [];
    await messages.subscribe(pattern, (batch) => void got.push(...batch.map(({ key }) => key)));
    await messages.publish([message(topic)]);
    await settle();
    assert.equal(got, matches ? [topic] : []);
  });
}

test('the trie agrees with a regular expression per pattern, also after removals', () => {
  const random = createRandom(9);
  const words = ['a', 'b', 'c'];
  const trie = new TopicTrie<number>();
  const patterns = new Map<number, { readonly regexp: RegExp; readonly pattern: string }>();
  const pick = (from: readonly string[]): string[] =>
    Array.from({ length: random.integer(1, 4) }, () => random.pick(from));
  for (let step = 0; step < 2000; step++) {
    if (random.next() < 0.6 || patterns.size === 0) {
      const parts = pick([...words, '*']);
      const rest = random.next() < 0.3;
      const body = parts.map((part) => (part === '*' ? '[^.]+' : part)).join('\\.');
      const pattern = [...parts, ...(rest ? ['#'] : [])].join('.');
      trie.add(pattern, step);
      patterns.set(step, { regexp: new RegExp(`^${body}${rest ? '(\\..+)?' : ''}$`), pattern });
    } else {
      const key = random.pick([...patterns.keys()]);
      trie.remove(patterns.get(key)?.pattern as string, key);
      trie.remove(patterns.get(key)?.pattern as string, key);
      patterns.delete(key);
    }
    const topic = pick(words).join('.');
    const got: number[] = [];
    trie.match(topic, (item) => void got.push(item));
    const expected = [...patterns].filter(([, { regexp }]) => regexp.test(topic)).map(([key]) => key);
    assert.equal(
      got.sort((a, b) => a - b),
      expected,
    );
    assert.is(trie.size, patterns.size);
  }
});

test('a pattern that overlaps others gets each message once, in order', async () => {
  const messages = await open();
  const got: number[] = [];
  await messages.subscribe('agent.#', (batch) => void got.push(...batch.map((one) => one.sequence)));
  await messages.subscribe('agent.*.*', () => {});
  const sent = ['agent.a.commands', 'agent.b.logs', 'agent.a.commands'].map(message);
  await messages.publish(sent);
  await settle();
  assert.equal(
    got,
    sent.map((one) => one.sequence),
  );
});

test('each subscriber gets its part of a batch in one call', async () => {
  const messages = await open();
  const calls: [string, number][] = [];
  for (const topic of ['x.a', 'x.b', 'x.*', '#'])
    await messages.subscribe(topic, (batch) => void calls.push([topic, batch.length]));
  await messages.publish(['x.a', 'x.b', 'x.a', 'y'].map(message));
  await settle();
  assert.equal(Object.fromEntries(calls), { '#': 4, 'x.a': 2, 'x.b': 1, 'x.*': 3 });
  assert.is(calls.length, 4);
});

test('ten thousand topics cost a message no more than one', async () => {
  const messages = await open();
  let calls = 0;
  for (let count = 0; count < 10_000; count++)
    await messages.subscribe(agentTopic(`a${count}`, 'commands'), () => void calls++);
  let patterns = 0;
  for (let count = 0; count < 1000; count++)
    await messages.subscribe(`task.t${count}.*`, () => void patterns++);
  await messages.publish([message(agentTopic('a77', 'commands')), message('task.t5.updates')]);
  await settle();
  assert.equal([calls, patterns], [1, 1]);
});

test('unsubscribing takes off exactly that one', async () => {
  const messages = await open();
  const got: string[] = [];
  const subscribe = (pattern: string, name: string) =>
    messages.subscribe(pattern, (batch) => void got.push(...batch.map(() => name)));
  const gone = [await subscribe('x.a', 'one'), await subscribe('x.*', 'two'), await subscribe('#', 'three')];
  await subscribe('x.a', 'four');
  await subscribe('x.*', 'five');
  for (const one of gone) await one.close();
  for (const one of gone) await one.close();
  await messages.publish([message('x.a')]);
  await settle();
  assert.equal(got.sort(), ['five', 'four']);
  assert.is(messages.subscriptions, 2);
});

test('what is not a topic or pattern is refused', async () => {
  const messages = await open();
  for (const pattern of ['', '.', 'a.', '.a', 'a..b', '#.a', 'a.#.b', 'a*', 'a b', 'a.#x', 'x'.repeat(600)])
    assert.is(await codeOf(() => messages.subscribe(pattern, () => {})), 'INVALID_ARGUMENT', pattern);
  for (const topic of ['', 'a.*', '#', 'a..b'])
    assert.throws(
      () => assertTopic(topic),
      (error: { code: string }) => error.code === 'INVALID_ARGUMENT',
    );
  for (const pattern of ['a', '*', '#', 'a.b.#', '*.#']) assertPattern(pattern);
});

test('a topic that nobody could have subscribed to reaches only those who take everything', async () => {
  const messages = await open();
  let calls = 0;
  await messages.subscribe('#', () => void calls++);
  await messages.subscribe('*.b', () => assert.unreachable());
  await messages.publish([message('')]);
  await settle();
  assert.is(calls, 1);
});

test('the seed had a bound on listeners: reachable, and refused in so many words', async () => {
  const messages = await open({ subscriptionLimit: 2 });
  const first = await messages.subscribe('a', () => {});
  await messages.subscribe('b', () => {});
  assert.is(await codeOf(() => messages.subscribe('c', () => {})), 'OVERLOADED');
  await first.close();
  await messages.subscribe('c', () => {});
});

test.run();
