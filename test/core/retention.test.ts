import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestbedError } from '../../core/error.ts';
import { type Stand, stand } from './stand.ts';

async function endOneEvery(one: Stand, ms: number, count: number): Promise<void> {
  const ends = [
    (id: string) => one.orchestrator.complete(id),
    (id: string) => one.orchestrator.fail(id, 'why'),
    (id: string) => one.orchestrator.kill(id),
  ];
  for (let index = 0; index < count; index++) {
    await one.orchestrator.spawn([{ id: `e${index}` }]);
    await ends[index % 3]?.(`e${index}`);
    await one.clock.advance(ms);
  }
}

test('by age: what ended long enough ago, however it ended, and nothing that lives', async () => {
  const one = await stand();
  await one.orchestrator.spawn([{ id: 'alive' }]);
  await endOneEvery(one, 1000, 9);
  assert.is(await one.orchestrator.forgetEnded({ endedForMs: 4000 }), 6);
  assert.equal([...one.storage.agentRows.keys()], ['alive', 'e6', 'e7', 'e8']);
});

test('by count: the latest are kept', async () => {
  const one = await stand({ batch: 2 });
  await one.orchestrator.spawn([{ id: 'alive' }]);
  await endOneEvery(one, 1000, 9);
  assert.is(await one.orchestrator.forgetEnded({ endedKept: 2 }), 7);
  assert.equal([...one.storage.agentRows.keys()], ['alive', 'e7', 'e8']);
  assert.is(await one.orchestrator.forgetEnded({ endedKept: 2 }), 0);
});

test('unless told: all that has ended', async () => {
  const one = await stand();
  await endOneEvery(one, 0, 5);
  assert.is(await one.orchestrator.forgetEnded(), 5);
  assert.is(one.storage.agentRows.size, 0);
});

test('swarms that have ended are forgotten by age too', async () => {
  const { orchestrator, storage, clock } = await stand();
  for (const id of ['a', 'b', 'c']) await orchestrator.createSwarm({ id, strategy: 'parallel', size: 1 });
  await orchestrator.swarms.destroy('a');
  await orchestrator.messages.subscribe('swarm.b.broadcast', () => {}, { until: 'b' });
  await orchestrator.swarms.run('b', { work: () => 1 });
  await clock.advance(1000);
  await orchestrator.forgetEnded({ endedForMs: 500 });
  assert.equal([...storage.swarmRows.keys()], ['c']);
  assert.is(orchestrator.messages.subscriptions, 0);
});

test('the policy sweeps by itself, and goes on when the store failed it once', async () => {
  const one = await stand({ retention: { endedForMs: 5000, everyMs: 1000, endedKept: null } });
  await one.orchestrator.spawn([{ id: 'a' }, { id: 'b' }]);
  await one.orchestrator.complete('a');
  await one.clock.advance(5500);
  assert.equal([...one.storage.agentRows.keys()], ['a', 'b'].slice(1));
  await one.orchestrator.complete('b');
  one.storage.before = () => {
    throw new TestbedError('TIMEOUT', 'no answer');
  };
  await one.clock.advance(6000);
  assert.is(one.storage.agentRows.size, 1);
  assert.ok(one.reported.length > 0);
  one.storage.before = () => {};
  await one.clock.advance(1000);
  assert.is(one.storage.agentRows.size, 0);
  await one.orchestrator.close();
});

test('no retention, as the seed had it: everything stays', async () => {
  const one = await stand({ retention: null });
  await endOneEvery(one, 0, 10);
  await one.clock.advance(86_400_000);
  assert.is(one.storage.agentRows.size, 10);
});

test.run();
