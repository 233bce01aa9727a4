import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import { createRandom } from '../../core/random.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { commandsTopic } from '../../scenarios/load/member.ts';
import { Population } from '../../scenarios/load/population.ts';
import { Requests } from '../../scenarios/load/requests.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import type { Workload } from '../../scenarios/scenario.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { SmallSystem } from '../doubles/small-system.ts';
import { workloadOf } from '../doubles/workload.ts';

function setUp(parts: Partial<Workload>, tookMs = 0) {
  const clock = new FakeClock();
  const startMs = clock.now();
  const sut = new SmallSystem(clock, tookMs);
  const workload = workloadOf(parts);
  const eventLedger = new Ledger('event', workload.agents);
  const messageLedger = new Ledger('message', workload.agents);
  const messageRow = messageLedger.join('agents');
  const tally = new Tally([{ name: 'steady', fromMs: startMs, toMs: startMs + 100_000 }]);
  const received: string[] = [];
  const spawned = new Set<string>();
  const population = new Population({
    sut,
    workload,
    clock,
    requests: new Requests(clock, workload.deadlineMs),
    fates: createRandom(1).fork('fates'),
    eventLedger,
    messageLedger,
    messageRow,
    tally,
    received: (messages, slot, topic) => {
      for (const { key, producer, sequence } of messages) {
        received.push(`${key} at ${topic}`);
        assert.is(producer - 1, slot);
        messageRow.mark(producer - 1, sequence);
      }
    },
    acknowledged: (id) => spawned.add(id),
  });
  /** Plays, a millisecond at a time, as the generator would. */
  const play = async (ms: number): Promise<void> => {
    for (const endMs = clock.now() + ms; clock.now() < endMs; await clock.advance(1)) {
      population.advance(clock.now());
    }
  };
  const spawnAll = async (): Promise<void> => {
    await population.renew('agent', clock.now(), 0, createRandom(2));
    await play(1 + 2 * tookMs);
  };
  const address = (slot: number): Message => {
    const agent = population.working(slot) as { id: string; slot: number };
    const sequence = messageLedger.next(agent.slot);
    const at = clock.now();
    const key = commandsTopic(agent.id);
    return {
      key,
      type: 'command',
      swarmId: '',
      producer: agent.slot + 1,
      sequence,
      at,
      sentAt: at,
      data: null,
    };
  };
  return {
    clock,
    startMs,
    sut,
    tally,
    population,
    spawned,
    messageLedger,
    messageRow,
    eventLedger,
    received,
    play,
    spawnAll,
    address,
  };
}

test('nobody works before the first agent runs', () => {
  const { population } = setUp({});
  assert.equal([population.working(0), population.working(9), population.size], [null, null, 10]);
  assert.is(population.filled, 0);
});

test('spawns one agent a slot, all at once or spread, and times each from when it was due', async () => {
  const { population, clock, startMs, tally, play, sut, spawned } = setUp({ agents: 4 }, 7);
  await population.renew('agent', startMs, 400, createRandom(1));
  assert.is(population.dueMs, startMs);
  await play(150);
  assert.is(population.filled, 2);
  await play(200);
  assert.equal([sut.alive.length, population.filled], [4, 4]);
  assert.equal([...spawned], ['agent-0-1', 'agent-1-1', 'agent-2-1', 'agent-3-1']);
  const spawnMs = tally.latencies.spawn_ms.total();
  assert.equal([spawnMs.count, spawnMs.max, spawnMs.percentile(1)], [4, 7, 7]);
  assert.equal([tally.counts.spawnsAsked, tally.counts.spawnsDone], [4, 4]);
  assert.is(clock.now(), startMs + 350);
});

test('a spawn that was due before the measured time counts there, however late it is done', async () => {
  const { population, clock, startMs, tally, play } = setUp({ agents: 2 }, 5);
  await population.renew('agent', startMs, 1000, createRandom(1));
  clock.elapse(100);
  const measured = new Tally([{ name: 'measured', fromMs: startMs + 100, toMs: startMs + 1000 }]);
  population.tally = measured;
  await play(1000);
  const counts = [tally, measured].map(({ counts: { spawnsDone } }) => spawnsDone);
  assert.equal([counts, measured.latencies.spawn_ms.total().count], [[1, 1], 1]);
});

test('a spawn that was due while the generator could not run is charged with the wait', async () => {
  const { population, clock, startMs, tally, play } = setUp({ agents: 1 }, 5);
  await population.renew('agent', startMs, 0, createRandom(1));
  clock.elapse(500);
  await play(10);
  assert.is(tally.latencies.spawn_ms.total().max, 505);
});

test('an operation falls to the agent of its slot, or of the next that has one', async () => {
  const { population, play, startMs } = setUp({ agents: 3 });
  await population.renew('agent', startMs, 300, createRandom(1));
  await play(150);
  assert.equal(
    [0, 1, 2].map((slot) => population.working(slot)?.slot),
    [0, 1, 0],
  );
});

test('swarms: sizes as asked, every agent in its own, children of an earlier one of the same swarm', async () => {
  const swarms = { min: 2, max: 4, strategies: ['parallel', 'tree'] as const };
  const { spawnAll, sut, population } = setUp({ agents: 50, swarms, branching: true });
  await spawnAll();
  assert.is(sut.alive.length, 50);
  assert.is(
    sut.swarms.reduce((sum, { size }) => sum + size, 0),
    50,
  );
  assert.ok(sut.swarms.slice(0, -1).every(({ size }) => size >= 2 && size <= 4));
  assert.equal(new Set(sut.swarms.map(({ strategy }) => strategy)), new Set(swarms.strategies));
  for (const { id, size } of sut.swarms) {
    const members = [...sut.orders.values()].filter(({ swarmId }) => swarmId === id);
    assert.is(members.length, size);
    assert.is(members.filter(({ parentId }) => parentId === null).length, 1);
    const ids = members.map((member) => member.id);
    for (const [place, { parentId }] of members.entries()) {
      assert.ok(parentId === null || ids.indexOf(parentId) < place);
    }
  }
  assert.match(population.working(0)?.swarmId ?? '', 'agent-swarm-1');
});

test('without branching nobody has a parent; without swarms nobody belongs to one', async () => {
  const { spawnAll, sut, population } = setUp({ agents: 5 });
  await spawnAll();
  assert.ok([...sut.orders.values()].every(({ swarmId, parentId }) => swarmId === null && parentId === null));
  assert.is(population.working(0)?.swarmId, '');
});

test('whoever ends is replaced at once: the number of the living stays, whatever the ends', async () => {
  const lifetime = { meanMs: 2000, complete: 0.6, fail: 0.2, kill: 0.2 };
  const { spawnAll, play, sut, population, tally, spawned, clock } = setUp(
    { agents: 20, lifetime, transitionsPerS: 10 },
    2,
  );
  await spawnAll();
  for (let second = 0; second < 20; second++) {
    for (let turn = 0; turn < 10; turn++) {
      population.transition((7 * turn) % 20);
      await play(100);
    }
    population.stop(clock.now());
    await clock.advance(100);
    assert.is(sut.alive.length, 20);
    population.restart(clock.now());
  }
  const ends = { completed: 0, failed: 0, killed: 0 };
  for (const status of sut.statuses.values()) if (status in ends) ends[status as keyof typeof ends]++;
  // 20 agents of 2 s over 20 s: about 200 lives.
  assert.ok(spawned.size > 150 && spawned.size < 270, `${spawned.size}`);
  assert.ok(ends.completed > 80 && ends.failed >= 15 && ends.killed >= 15, JSON.stringify(ends));
  assert.equal([tally.counts.errors, tally.counts.unknown, tally.counts.transitionsRefused], [0, 0, 0]);
});

test('the same seed gives the same lives, another seed of lives others', async () => {
  const lives = async (): Promise<readonly string[]> => {
    const lifetime = { meanMs: 500, complete: 0.5, fail: 0.3, kill: 0.2 };
    const { spawnAll, play, sut } = setUp({ agents: 5, lifetime }, 1);
    await spawnAll();
    await play(3000);
    return sut.calls;
  };
  const first = await lives();
  assert.equal(await lives(), first);
  assert.ok(first.length > 30);
});

test('a transition pauses who runs and resumes who is paused, and is timed', async () => {
  const { spawnAll, play, sut, population, tally } = setUp({ agents: 2 }, 3);
  await spawnAll();
  population.transition(0);
  await play(4);
  assert.equal([...sut.statuses.values()], ['paused', 'running']);
  population.transition(0);
  population.transition(0);
  await play(4);
  // The second found the first agent busy and passed on to the next.
  assert.equal([...sut.statuses.values()], ['running', 'paused']);
  population.transition(1);
  population.transition(1);
  assert.is(population.transition(1), undefined, 'nobody is idle');
  await play(4);
  const { transitionsAsked, transitionsDone } = tally.counts;
  assert.equal([transitionsAsked, transitionsDone, tally.latencies.transition_ms.total().max], [5, 5, 3]);
});

test('a paused agent whose time has come is resumed and completes', async () => {
  const lifetime = { meanMs: 1000, complete: 1, fail: 0, kill: 0 };
  const { spawnAll, play, sut, population } = setUp({ agents: 1, lifetime }, 1);
  await spawnAll();
  population.transition(0);
  await play(10_000);
  assert.equal(
    sut.calls.filter((call) => call.endsWith('agent-0-1')),
    ['spawn agent-0-1', 'pause agent-0-1', 'resume agent-0-1', 'complete agent-0-1'],
  );
  assert.is(sut.alive.length, 1);
});

test('a new population takes the slots over: those before are ended, and end no second time', async () => {
  const lifetime = { meanMs: 3000, complete: 0.5, fail: 0.5, kill: 0 };
  const { spawnAll, play, sut, population, clock, spawned } = setUp({ agents: 10, lifetime });
  await spawnAll();
  await play(500);
  await population.renew('next', clock.now(), 1000, createRandom(3));
  await play(1200);
  assert.ok(sut.alive.every((id) => id.startsWith('next-')));
  assert.is(sut.alive.length, 10);
  await play(30_000);
  assert.is(sut.alive.length, 10);
  // One life after another in each slot: 10 agents of 3 s over 30 s are about 100, not the 200 of two lives a slot.
  assert.ok(spawned.size > 70 && spawned.size < 150, `${spawned.size}`);
});

test('who makes room for a successor is ended by the load itself: that is no transition, also when it takes two tries', async () => {
  const { spawnAll, play, sut, population, clock, tally } = setUp({ agents: 4 });
  await spawnAll();
  population.transition(0);
  await play(2);
  let left = 1;
  sut.mishap = (call) =>
    call === 'complete' && left-- > 0 ? new TestbedError('UNAVAILABLE', 'no') : undefined;
  await population.renew('next', clock.now(), 0, createRandom(3));
  await play(2000);
  assert.ok(sut.alive.length === 4 && sut.alive.every((id) => id.startsWith('next-')));
  const { retirementsDone, transitionsAsked, transitionsDone, errors } = tally.counts;
  // The paused one was resumed first.
  assert.equal([retirementsDone, transitionsAsked, transitionsDone, errors], [5, 1, 1, 1]);
  assert.is(tally.latencies.transition_ms.total().count, 1);
});

test('between stop and restart nobody is spawned or ended, and nobody ages', async () => {
  const lifetime = { meanMs: 1000, complete: 1, fail: 0, kill: 0 };
  const { spawnAll, play, sut, population, tally, clock, spawned } = setUp({ agents: 10, lifetime });
  await spawnAll();
  const dueIn = population.dueMs - clock.now();
  population.stop(clock.now());
  await play(60_000);
  assert.is(sut.alive.filter((id) => id.endsWith('-1')).length, 10);
  population.restart(clock.now());
  assert.ok(Math.abs(population.dueMs - clock.now() - dueIn) < 1e-6);
  await play(2000);
  assert.ok(spawned.size > 20);
  assert.ok(tally.latencies.spawn_ms.total().max < 2, 'the time stood still is no spawn latency');
});

test('it stands still between the times it is told, however late it is told them', async () => {
  const lifetime = { meanMs: 1000, complete: 1, fail: 0, kill: 0 };
  const { spawnAll, population, clock, startMs } = setUp({ agents: 10, lifetime });
  await spawnAll();
  const dueIn = population.dueMs - startMs;
  clock.elapse(700);
  population.stop(startMs + 10);
  clock.elapse(700);
  population.restart(startMs + 1000);
  assert.ok(Math.abs(population.dueMs - (startMs + 1000) - (dueIn - 10)) < 1e-6);
});

test('how an agent ends follows from the seed and its name alone', async () => {
  const lifetime = { meanMs: 500, complete: 0.5, fail: 0.3, kill: 0.2 };
  const ends = async (tookMs: number): Promise<ReadonlyMap<string, string>> => {
    const { spawnAll, play, sut, population, clock, startMs } = setUp({ agents: 10, lifetime }, tookMs);
    await spawnAll();
    await play(startMs + 1000 - clock.now());
    population.stop(startMs + 1000);
    // The faster the system, the sooner it has settled.
    await clock.advance(100 * tookMs);
    const againMs = clock.now();
    population.restart(againMs);
    await population.renew('next', againMs, 500, createRandom(3));
    await play(5000);
    return sut.statuses;
  };
  const [fast, slow] = [await ends(0), await ends(7)];
  const both = [...fast].filter(
    ([id, status]) => status !== 'running' && (slow.get(id) ?? 'running') !== 'running',
  );
  assert.ok(both.length > 60, `${both.length}`);
  // The last agent of a slot before its successor came was ended by the load: that is timing.
  const other = both.filter(([id, status]) => status !== slow.get(id) && id.startsWith('next-'));
  assert.equal(other, []);
  assert.ok(new Set(both.map(([, status]) => status)).size === 3);
});

test('a spawn that fails is an error, and is tried again a second later under another name', async () => {
  const { population, startMs, play, sut, tally, spawned } = setUp({ agents: 1 });
  let left = 2;
  sut.mishap = (call) =>
    call === 'spawn' && left-- > 0 ? new TestbedError('UNAVAILABLE', 'not now') : undefined;
  await population.renew('agent', startMs, 0, createRandom(1));
  await play(2500);
  assert.equal(sut.alive, ['agent-0-3']);
  assert.equal([tally.counts.errors, tally.counts.spawnsAsked, tally.counts.spawnsDone], [2, 3, 1]);
  assert.equal([...tally.errorKinds], [['spawn: not now', 2]]);
  assert.equal([...spawned], ['agent-0-3']);
});

test('a spawn without an answer is unknown, not an error', async () => {
  const { population, startMs, play, sut, tally } = setUp({
    agents: 3,
    swarms: { min: 3, max: 3, strategies: ['tree'] },
  });
  let left = 1;
  sut.mishap = (call) => (call === 'spawn' && left-- > 0 ? new TestbedError('TIMEOUT', '') : undefined);
  await population.renew('agent', startMs, 0, createRandom(1));
  await play(1500);
  assert.equal([tally.counts.errors, tally.counts.unknown, sut.alive.length], [0, 3, 3]);
});

test('a spawn that never answers is unknown at its deadline; its slot is filled by another a minute later', async () => {
  const { population, startMs, play, sut, tally } = setUp({ agents: 2, deadlineMs: 3000 });
  sut.mishap = (call, id) => (call === 'spawn' && id === 'agent-1-1' ? new Promise(() => {}) : undefined);
  await population.renew('agent', startMs, 0, createRandom(1));
  await play(2990);
  assert.equal([tally.counts.unknown, population.pending, sut.alive], [0, 1, ['agent-0-1']]);
  await play(20);
  assert.equal([tally.counts.unknown, population.pending], [1, 0]);
  await play(59_000);
  assert.equal(sut.alive, ['agent-0-1']);
  await play(1100);
  assert.equal(sut.alive, ['agent-0-1', 'agent-1-2']);
  assert.equal([tally.counts.errors, tally.counts.spawnsDone], [0, 2]);
  assert.is(tally.latencies.spawn_ms.total().count, 2);
});

test('a spawn that answers after its deadline stays unknown; its agent works, and is not spawned again', async () => {
  const { population, startMs, play, sut, tally, clock, spawned } = setUp({ agents: 1, deadlineMs: 3000 });
  sut.mishap = (call) => (call === 'spawn' ? clock.sleep(3500) : undefined);
  await population.renew('agent', startMs, 0, createRandom(1));
  await play(10_000);
  assert.equal([sut.alive, population.working(0)?.id], [['agent-0-1'], 'agent-0-1']);
  assert.equal([tally.counts.unknown, tally.counts.spawnsAsked, tally.counts.spawnsDone], [1, 1, 0]);
  assert.is(tally.latencies.spawn_ms.total().count, 0);
  assert.equal([...spawned], ['agent-0-1']);
});

test('a slow system is asked once, however many deadlines pass: asking again would make it slower', async () => {
  const { population, startMs, play, sut, tally, clock, spawned } = setUp({
    agents: 50,
    messagesPerS: 1,
    deadlineMs: 2000,
  });
  // One thing at a time, each half a second: fifty agents take 50 s.
  let busyUntilMs = startMs;
  sut.mishap = (call) => {
    if (call !== 'spawn' && call !== 'subscribe') return undefined;
    busyUntilMs = Math.max(busyUntilMs, clock.now()) + 500;
    return clock.sleep(busyUntilMs - clock.now());
  };
  await population.renew('agent', startMs, 0, createRandom(1));
  await play(55_000);
  assert.equal([spawned.size, sut.alive.length, population.filled], [50, 50, 50]);
  assert.equal([tally.counts.spawnsAsked, tally.counts.errors], [50, 0]);
  assert.ok(tally.counts.unknown > 90, `${tally.counts.unknown}`);
});

test('of two that were spawned for a slot the later one works, in whatever order they are answered', async () => {
  const { population, startMs, play, sut, clock } = setUp({ agents: 1, deadlineMs: 3000 });
  sut.mishap = (call, id) => (call === 'spawn' && id === 'agent-0-1' ? clock.sleep(70_000) : undefined);
  await population.renew('agent', startMs, 0, createRandom(1));
  await play(72_000);
  assert.equal([sut.alive, population.working(0)?.id], [['agent-0-2'], 'agent-0-2']);
  assert.is(sut.statuses.get('agent-0-1'), 'completed');
});

for (const call of ['pause', 'complete', 'subscribe']) {
  test(`a ${call} that never answers is unknown, and nobody waits for it`, async () => {
    const lifetime = { meanMs: 4000, complete: 1, fail: 0, kill: 0 };
    const { population, startMs, play, sut, tally } = setUp({
      agents: 1,
      lifetime,
      messagesPerS: 1,
      deadlineMs: 500,
    });
    let left = 1;
    sut.mishap = (called) => (called === call && left-- > 0 ? new Promise(() => {}) : undefined);
    await population.renew('agent', startMs, 0, createRandom(1));
    await play(5);
    if (call === 'pause') population.transition(0);
    await play(100_000);
    assert.equal([tally.counts.unknown, tally.counts.errors, sut.alive.length], [1, 0, 1]);
    assert.ok(sut.statuses.size > 5);
  });
}

test('a transition that fails is an error; the agent keeps its state', async () => {
  const { spawnAll, play, sut, population, tally } = setUp({ agents: 1 });
  await spawnAll();
  sut.mishap = (call) => (call === 'pause' ? new TestbedError('UNAVAILABLE', 'no') : undefined);
  population.transition(0);
  await play(2);
  sut.mishap = () => undefined;
  population.transition(0);
  await play(2);
  assert.equal([...sut.statuses.values()], ['paused']);
  assert.equal([tally.counts.errors, tally.counts.transitionsDone], [1, 1]);
  assert.is(tally.latencies.transition_ms.total().count, 1, 'only what succeeded is timed');
});

test('a pause that happened although its answer was lost is found out, and the agent still ends', async () => {
  const lifetime = { meanMs: 4000, complete: 1, fail: 0, kill: 0 };
  const { spawnAll, play, sut, population, tally } = setUp({ agents: 1, lifetime });
  await spawnAll();
  await sut.pause('agent-0-1');
  population.transition(0);
  await play(2);
  assert.equal([tally.counts.transitionsRefused, tally.counts.errors], [1, 0]);
  population.transition(0);
  await play(2);
  assert.is(sut.statuses.get('agent-0-1'), 'running');
  await sut.pause('agent-0-1');
  await play(40_000);
  assert.is(sut.statuses.get('agent-0-1'), 'killed', 'it would not complete');
  assert.is(sut.alive.length, 1);
});

test('an end that fails is tried again until the agent has ended', async () => {
  const lifetime = { meanMs: 1000, complete: 1, fail: 0, kill: 0 };
  const { spawnAll, play, sut, population } = setUp({ agents: 1, lifetime });
  await spawnAll();
  const { dueMs } = population;
  let left = 3;
  sut.mishap = (call, id) =>
    call === 'complete' && id === 'agent-0-1' && left-- > 0
      ? new TestbedError('UNAVAILABLE', 'no')
      : undefined;
  await play(dueMs - 1_000_000 + 3500);
  assert.equal(sut.calls.filter((call) => call === 'complete agent-0-1').length, 4);
  assert.is(sut.statuses.get('agent-0-1'), 'completed');
});

test('an agent is given its messages as long as it is owed any, then its subscription goes', async () => {
  const { spawnAll, play, sut, population, clock, received, address } = setUp({ agents: 2, messagesPerS: 1 });
  await spawnAll();
  assert.equal(sut.openTopics, ['agent.agent-0-1.commands', 'agent.agent-1-1.commands']);
  const first = address(0);
  const underWay = address(0);
  await sut.messages.publish([first]);
  await population.renew('next', clock.now(), 0, createRandom(1));
  await play(2);
  // Both have a successor. One is still owed a message, so its subscription stays.
  population.sweep();
  await play(1);
  assert.equal(sut.openTopics, [
    'agent.agent-0-1.commands',
    'agent.next-0-1.commands',
    'agent.next-1-1.commands',
  ]);
  assert.is(population.subscriptionCount, 3);
  await sut.messages.publish([underWay, address(0)]);
  population.sweep();
  await play(1);
  assert.equal(sut.openTopics, ['agent.next-0-1.commands', 'agent.next-1-1.commands']);
  assert.equal(received, [
    'agent.agent-0-1.commands at agent.agent-0-1.commands',
    'agent.agent-0-1.commands at agent.agent-0-1.commands',
    'agent.next-0-1.commands at agent.next-0-1.commands',
  ]);
});

test('a message that was refused is not waited for; one that never comes a minute, stalls of our own and all', async () => {
  const { spawnAll, play, sut, population, clock, messageLedger, address } = setUp({
    agents: 2,
    messagesPerS: 1,
  });
  await spawnAll();
  messageLedger.refuse([address(0)]);
  address(1);
  await population.renew('next', clock.now(), 0, createRandom(1));
  await play(2);
  population.sweep();
  await play(1);
  assert.equal(
    sut.openTopics.filter((topic) => !topic.includes('next')),
    ['agent.agent-1-1.commands'],
  );
  clock.elapse(59_000);
  population.sweep();
  await play(1);
  assert.is(population.subscriptionCount, 3);
  clock.elapse(1000);
  population.sweep();
  await play(1);
  assert.equal(
    sut.openTopics.filter((topic) => !topic.includes('next')),
    [],
  );
});

test('a successor starts a new key in both ledgers: order is not promised from one agent to the next', async () => {
  const { spawnAll, play, population, clock, eventLedger, messageLedger } = setUp({ agents: 1 });
  await spawnAll();
  for (let sequence = 0; sequence < 3; sequence++) eventLedger.next(0);
  messageLedger.next(0);
  await population.renew('next', clock.now(), 0, createRandom(1));
  await play(2);
  assert.equal([eventLedger.epoch[0], messageLedger.epoch[0]], [4, 2]);
});

test('an agent that is started again fails again a second later, until it has failed for good', async () => {
  const lifetime = { meanMs: 1000, complete: 0, fail: 1, kill: 0 };
  const orchestrator = { retry: { attempts: 2, baseMs: 1, factor: 1, maxMs: 1, jitter: 0 } };
  const { spawnAll, play, sut, population, clock } = setUp({ agents: 1, lifetime, orchestrator });
  await spawnAll();
  const failedAtMs: number[] = [];
  const { fail } = sut;
  sut.fail = async (id) => {
    failedAtMs.push(clock.now());
    // The third time it is for good.
    return failedAtMs.length < 3 ? ({ status: 'retrying' } as unknown as undefined) : fail.call(sut, id);
  };
  await play(population.dueMs - clock.now() + 2100);
  const [first = 0, second, third] = failedAtMs;
  assert.equal([second, third], [first + 1000, first + 2000]);
  assert.equal([sut.statuses.get('agent-0-1'), sut.alive.length], ['failed', 1]);
});

test('without a message subscription an agent is replaced', async () => {
  const { population, startMs, play, sut, tally } = setUp({ agents: 1, messagesPerS: 1 });
  let left = 1;
  sut.mishap = (call) =>
    call === 'subscribe' && left-- > 0 ? new TestbedError('UNAVAILABLE', 'no') : undefined;
  await population.renew('agent', startMs, 0, createRandom(1));
  await play(1500);
  assert.equal([sut.alive, sut.openTopics], [['agent-0-2'], ['agent.agent-0-2.commands']]);
  assert.is(sut.statuses.get('agent-0-1'), 'killed');
  assert.is(tally.counts.errors, 1);
});

test('close lets every subscription go, also past one that fails, and says so', async () => {
  const { spawnAll, sut, population } = setUp({ agents: 3, messagesPerS: 1 });
  await spawnAll();
  sut.mishap = (call, id) =>
    call === 'unsubscribe' && id.includes('agent-1-') ? new Error('stuck') : undefined;
  const failure = await population.close().catch((error: Error) => error.message);
  assert.is(failure, 'stuck');
  assert.equal(sut.openTopics, ['agent.agent-1-1.commands']);
  assert.is(population.subscriptionCount, 0);
});

test.run();
