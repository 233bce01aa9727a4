import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestbedError } from '../../core/error.ts';
import type { Json } from '../../core/message.ts';
import { swarmStatuses, swarmStrategies } from '../../core/swarm.ts';
import type { Work } from '../../core/swarms/crew.ts';
import { codeOf, settle, stand, statuses } from './stand.ts';

/** Real work: squares what it is given, or adds up. */
const squareAndAdd: Work = ({ step, input }) =>
  step === 'work' ? (input as number) ** 2 : (input as number[]).reduce((sum, value) => sum + value, 0);

const expected: { readonly [strategy: string]: Json } = {
  parallel: [1, 4, 9, 16],
  'map-reduce': 30,
  pipeline: [1, 2 ** 16, 3 ** 16, 4 ** 16],
  tree: 30,
};

for (const strategy of swarmStrategies) {
  test(`${strategy}: members do the work, and all of it is stored`, async () => {
    const { orchestrator, storage } = await stand();
    await orchestrator.createSwarm({ id: 's', strategy, size: 4 });
    assert.is(storage.swarmRows.get('s')?.status, 'active');
    const result = await orchestrator.swarms.run('s', { work: squareAndAdd, inputs: [1, 2, 3, 4] });
    assert.equal(result, expected[strategy]);
    const swarm = storage.swarmRows.get('s');
    assert.equal([swarm?.status, swarm?.result, swarm?.version], ['completed', result, 3]);
    const members = [...storage.agentRows.values()];
    assert.is(members.length, 4);
    for (const member of members) assert.equal([member.status, member.swarmId], ['completed', 's']);
    if (strategy === 'tree') {
      const [root, left, right, leaf] = members;
      assert.equal([root?.parentId, left?.parentId, right?.parentId], [null, root?.id, root?.id]);
      assert.is(leaf?.parentId, left?.id);
      assert.is(root?.result, 30);
    }
    if (strategy === 'map-reduce') assert.is(members.at(-1)?.result, 30);
  });
}

test('pipeline: stages overlap, and each works on one thing at a time', async () => {
  const { orchestrator } = await stand();
  await orchestrator.createSwarm({ id: 's', strategy: 'pipeline', size: 2 });
  const working = new Map<string, number>();
  let most = 0;
  const work: Work = async ({ agent, input }) => {
    assert.is(working.get(agent.id) ?? 0, 0);
    working.set(agent.id, 1);
    most = Math.max(
      most,
      [...working.values()].reduce((sum, value) => sum + value, 0),
    );
    await settle(10);
    working.set(agent.id, 0);
    return input;
  };
  await orchestrator.swarms.run('s', { work, inputs: [1, 2, 3, 4] });
  assert.is(most, 2);
});

test('the work of a member that fails is tried again as the policy says', async () => {
  const { orchestrator, storage, clock } = await stand({ retry: { attempts: 2, baseMs: 100, jitter: 0 } });
  await orchestrator.createSwarm({ id: 's', strategy: 'map-reduce', size: 3 });
  const attempts: number[] = [];
  const work: Work = (assignment) => {
    if (assignment.step === 'work' && assignment.input === 2) {
      attempts.push(assignment.agent.attempt);
      if (assignment.agent.attempt < 2) throw new Error('not yet');
    }
    return squareAndAdd(assignment);
  };
  const result = await clock.play(orchestrator.swarms.run('s', { work, inputs: [1, 2] }));
  assert.is(result, 5);
  assert.equal(attempts, [0, 1, 2]);
  assert.is(storage.swarmRows.get('s')?.status, 'completed');
});

test('a member that fails for good: the others are killed, the swarm is failed, the caller gets the error', async () => {
  const { orchestrator, storage } = await stand();
  await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 3 });
  let aborted = 0;
  const work: Work = async ({ input, signal }) => {
    signal.addEventListener('abort', () => void aborted++);
    if (input === 2) throw new Error('broken');
    await new Promise(() => {});
    return null;
  };
  try {
    await orchestrator.swarms.run('s', { work, inputs: [1, 2, 3] });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'broken');
  }
  assert.is(aborted, 3);
  assert.is(storage.swarmRows.get('s')?.status, 'failed');
  assert.equal(Object.values(statuses(storage)).sort(), ['failed', 'killed', 'killed']);
});

test('paused in mid-work: what is done meanwhile counts once resumed', async () => {
  const { orchestrator, storage } = await stand();
  await orchestrator.createSwarm({ id: 's', strategy: 'pipeline', size: 2 });
  const gate = Promise.withResolvers<void>();
  const started: Json[] = [];
  const running = orchestrator.swarms.run('s', {
    work: async ({ input }) => {
      started.push(input);
      await gate.promise;
      return `${input}'`;
    },
    inputs: ['x'],
  });
  await settle();
  await orchestrator.swarms.pause('s');
  assert.equal(Object.values(statuses(storage)), ['paused', 'paused']);
  gate.resolve();
  await settle();
  assert.equal(started, ['x'], 'the second stage waits');
  assert.is(await codeOf(() => orchestrator.spawn([{ swarmId: 's' }])), 'ILLEGAL_TRANSITION');
  await orchestrator.swarms.resume('s');
  assert.equal(await running, ["x''"]);
  assert.is(storage.swarmRows.get('s')?.status, 'completed');
});

test('one member paused by hand holds up its stage until it is resumed, also by another node', async () => {
  const { orchestrator, storage, clock, bus } = await stand();
  const other = await stand({}, { bus, storage, clock, node: 'other' });
  await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 1 });
  const gate = Promise.withResolvers<void>();
  const running = orchestrator.swarms.run('s', { work: () => gate.promise.then(() => 1), inputs: [0] });
  await settle();
  const [id] = storage.agentRows.keys();
  await other.orchestrator.pause(id as string);
  gate.resolve();
  await settle();
  await other.orchestrator.resume(id as string);
  assert.equal(await clock.play(running), [1]);
});

test('destroyed in mid-work: the run is interrupted, nobody runs on', async () => {
  const { orchestrator, storage } = await stand();
  await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 2 });
  const running = codeOf(() =>
    orchestrator.swarms.run('s', { work: () => new Promise<Json>(() => {}), inputs: [1, 2] }),
  );
  await settle();
  await orchestrator.swarms.destroy('s');
  assert.is(await running, 'INTERRUPTED');
  assert.is(storage.swarmRows.get('s')?.status, 'destroyed');
  assert.equal(Object.values(statuses(storage)), ['killed', 'killed']);
});

test('closed in mid-work: the run is interrupted, and the agents are left for whoever recovers them', async () => {
  const { orchestrator, storage } = await stand();
  await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 1 });
  const running = codeOf(() =>
    orchestrator.swarms.run('s', { work: () => new Promise<Json>(() => {}), inputs: [1] }),
  );
  await settle();
  await orchestrator.close();
  assert.is(await running, 'INTERRUPTED');
  assert.is(storage.swarmRows.get('s')?.status, 'active');
  assert.equal(Object.values(statuses(storage)), ['running']);
});

test('a member killed in mid-work fails the run', async () => {
  const { orchestrator, storage } = await stand();
  await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 2 });
  const gate = Promise.withResolvers<void>();
  const running = codeOf(() =>
    orchestrator.swarms.run('s', { work: () => gate.promise.then(() => null), inputs: [1, 2] }),
  );
  await settle();
  await orchestrator.kill([...storage.agentRows.keys()][0] as string);
  gate.resolve();
  assert.is(await running, 'INTERRUPTED');
  assert.is(storage.swarmRows.get('s')?.status, 'failed');
  const [first, second] = Object.values(statuses(storage));
  assert.is(first, 'killed');
  assert.ok(second === 'killed' || second === 'completed', `the other is ${second}`);
});

test('a store that goes away when a swarm gives up: ending it is tried again', async () => {
  const { orchestrator, storage, clock } = await stand({ patience: { attempts: 0 } });
  await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 2 });
  let down = false;
  storage.before = () => {
    if (down) throw new TestbedError('UNAVAILABLE', 'down');
  };
  const work: Work = () => {
    down = true;
    throw new Error('broken');
  };
  await codeOf(() => orchestrator.swarms.run('s', { work, inputs: [1, 2] }));
  assert.is(storage.swarmRows.get('s')?.status, 'active');
  down = false;
  await clock.advance(10_000);
  assert.is(storage.swarmRows.get('s')?.status, 'failed');
  for (const status of Object.values(statuses(storage))) assert.is(status, 'killed');
});

test('scaling spawns or kills, the youngest first', async () => {
  const { orchestrator, storage } = await stand();
  await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 1 });
  assert.is((await orchestrator.swarms.scale('s', 4)).status, 'active');
  assert.equal(Object.values(statuses(storage)), ['running', 'running', 'running', 'running']);
  const ids = [...storage.agentRows.keys()];
  const scaled = await orchestrator.swarms.scale('s', 2);
  assert.equal([scaled.size, scaled.status], [2, 'active']);
  assert.equal(
    ids.map((id) => statuses(storage)[id]),
    ['running', 'running', 'killed', 'killed'],
  );
  storage.before = (method) => {
    if (method === 'agents.insert') throw new TestbedError('FULL', 'no room');
  };
  assert.is(await codeOf(() => orchestrator.swarms.scale('s', 9)), 'FULL');
  const left = storage.swarmRows.get('s');
  assert.equal([left?.size, left?.status], [2, 'active'], 'not left between two states');
});

test('a swarm works one thing at a time, and only while it is active', async () => {
  const { orchestrator } = await stand();
  await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 1 });
  const gate = Promise.withResolvers<void>();
  const running = orchestrator.swarms.run('s', { work: () => gate.promise.then(() => 1) });
  await turn();
  assert.is(await codeOf(() => orchestrator.swarms.run('s', { work: () => 1 })), 'CONFLICT');
  assert.is(await codeOf(() => orchestrator.swarms.scale('s', 2)), 'CONFLICT');
  gate.resolve();
  await running;
  assert.is(await codeOf(() => orchestrator.swarms.run('s', { work: () => 1 })), 'ILLEGAL_TRANSITION');
  assert.is(await codeOf(() => orchestrator.swarms.pause('s')), 'ILLEGAL_TRANSITION');
});

test('creating: a step that fails leaves it failed; a request that is wrong leaves nothing', async () => {
  const { orchestrator, storage } = await stand({ patience: { attempts: 0 } });
  let once = true;
  storage.before = (method) => {
    if (method === 'swarms.update' && once) {
      once = false;
      throw new TestbedError('UNAVAILABLE', 'down');
    }
  };
  const request = { id: 's', strategy: 'parallel', size: 1 } as const;
  assert.is(await codeOf(() => orchestrator.createSwarm(request)), 'UNAVAILABLE');
  assert.is(storage.swarmRows.get('s')?.status, 'failed');
  assert.is(await codeOf(() => orchestrator.createSwarm(request)), 'DUPLICATE');
  for (const wrong of [
    { size: 0 },
    { size: 1.5 },
    { id: 'a.b' },
    { strategy: 'ring' as 'tree' },
    { strategy: 'toString' as 'tree' },
  ])
    assert.is(
      await codeOf(() => orchestrator.createSwarm({ ...request, id: 't', ...wrong })),
      'INVALID_ARGUMENT',
    );
  assert.is(storage.swarmRows.size, 1);
});

test('pause and resume only from where the table says', async () => {
  for (const status of swarmStatuses) {
    const { orchestrator, storage } = await stand();
    await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 1 });
    const swarm = storage.swarmRows.get('s');
    if (swarm) storage.swarmRows.set('s', { ...swarm, status, version: 9 });
    assert.is(
      await codeOf(() => orchestrator.swarms.resume('s')),
      status === 'paused' ? 'none' : 'ILLEGAL_TRANSITION',
    );
    if (swarm) storage.swarmRows.set('s', { ...swarm, status, version: 20 });
    assert.is(
      await codeOf(() => orchestrator.swarms.pause('s')),
      status === 'active' ? 'none' : 'ILLEGAL_TRANSITION',
    );
  }
});

test.run();
