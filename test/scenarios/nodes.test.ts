/** Several nodes used as one: who is asked for what. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ErrorCode, TestbedError } from '../../core/error.ts';
import type { AgentEvent } from '../../core/event.ts';
import type { Member } from '../../scenarios/nodes/member.ts';
import { systemOfNodes } from '../../scenarios/nodes/system.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

type Answer = (method: string, parameters: readonly unknown[]) => unknown;

/** A node that notes what it is asked, and answers as told; `ready` says whether it runs. */
function member(name: string, answer: Answer = () => null): Member & { ready: boolean; asked: string[] } {
  const asked: string[] = [];
  const node = { pid: 1, kill: nothing, pause: nothing, resume: nothing, start: nothing, stop: nothing };
  const made = {
    name,
    able: ['get'],
    asked,
    ready: true,
    node: { ...node, answers: async () => true },
    line: {
      dropped: 0,
      get isReady(): boolean {
        return made.ready;
      },
      async call(method: string, ...parameters: readonly unknown[]): Promise<unknown> {
        asked.push(method);
        return answer(method, parameters);
      },
      subscribe: async () => ({ close: nothing }),
    },
  };
  return made;
}

async function nothing(): Promise<void> {}

const order = (id: string) => ({ id, swarmId: null, parentId: null, task: null });
const spawning: Answer = (method, [orders]) => (method === 'spawn' ? orders : null);
const refusing =
  (code: ErrorCode): Answer =>
  (method) => {
    if (method === 'get') return { owner: 'b#2' };
    throw new TestbedError(code, 'refused');
  };

test('agents are spawned where fewest are, and changed there', async () => {
  const [a, b] = [member('a', spawning), member('b', spawning)];
  const system = systemOfNodes([a, b], new FakeClock());
  for (const id of ['1', '2', '3', '4']) await system.spawn([order(id)]);
  assert.equal([a.asked.length, b.asked.length], [2, 2]);
  await system.pause('2');
  assert.equal(b.asked.at(-1), 'pause');
});

for (const code of ['CLOSED', 'FENCED', 'UNAVAILABLE'] as const) {
  test(`what a node says that it has not done (${code}) is asked of another`, async () => {
    const [a, b] = [member('a', refusing(code)), member('b', spawning)];
    const system = systemOfNodes([a, b], new FakeClock());
    assert.equal(await system.spawn([order('1')]), [order('1')]);
  });
}

test('an operation goes to who owns the agent by then', async () => {
  const home: Answer = (method, parameters) =>
    method === 'spawn' ? spawning(method, parameters) : refusing('NOT_OWNER')(method, parameters);
  const [a, b] = [member('a', home), member('b')];
  await systemOfNodes([a, b], new FakeClock()).spawn([order('1')]);
  const system = systemOfNodes([a, b], new FakeClock());
  await system.spawn([order('1')]);
  await system.complete('1', null);
  assert.is(b.asked.at(-1), 'complete');
});

test('what nobody knows whether it was done is not asked of another', async () => {
  const [a, b] = [member('a', refusing('TIMEOUT')), member('b', spawning)];
  const spawned = await systemOfNodes([a, b], new FakeClock())
    .spawn([order('1')])
    .catch((error) => error.code);
  assert.equal([spawned, b.asked], ['TIMEOUT', []]);
});

const event = (producer: number) => ({ producer, sequence: 1, key: 'k', type: 'text_delta' }) as AgentEvent;

test('a producer publishes by one node as long as that runs, and then by another for good', async () => {
  const [a, b] = [member('a'), member('b')];
  const { events } = systemOfNodes([a, b], new FakeClock());
  await events.publish([event(1), event(2)]);
  assert.equal([a.asked, b.asked], [['events.publish'], ['events.publish']]);
  b.ready = false;
  await events.publish([event(1)]);
  b.ready = true;
  await events.publish([event(1)]);
  assert.equal([a.asked.length, b.asked.length], [3, 1]);
});

test('a subscription says which producers come in by its own node, and of whom it cannot tell any more', async () => {
  const [a, b] = [member('a'), member('b')];
  const { events } = systemOfNodes([a, b], new FakeClock());
  const [atA, atB] = [await events.subscribe({}, () => {}), await events.subscribe({}, () => {})];
  await events.publish([event(1), event(2)]);
  assert.equal([atA.near?.(1), atA.near?.(2), atB.near?.(1), atB.near?.(2)], [false, true, true, false]);
  b.ready = false;
  await events.publish([event(1)]);
  assert.equal([atA.near?.(1), atA.near?.(2), atB.near?.(1), atB.near?.(2)], [null, true, null, false]);
});

test('a publish that went by two nodes, and of one was refused, is unknown', async () => {
  const [a, b] = [member('a'), member('b', refusing('UNAVAILABLE'))];
  const { events } = systemOfNodes([a, b], new FakeClock());
  const code = await events.publish([event(1), event(2)]).catch((error) => error.code);
  assert.is(code, 'TIMEOUT');
});

test.run();
