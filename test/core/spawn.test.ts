import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestbedError } from '../../core/error.ts';
import { codeOf, settle, stand, statuses, storedAgent } from './stand.ts';

const three = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];

test('resolves once all are stored as running, owned, and announced', async () => {
  const { orchestrator, storage, bus } = await stand({}, { node: 'n1' });
  const agents = await orchestrator.spawn([
    { id: 'a', task: { do: 'it' }, session: { knows: 1 } },
    { id: 'b', parentId: 'a' },
  ]);
  assert.equal(agents, [...storage.agentRows.values()]);
  assert.equal(
    agents.map(({ id, status, version, owner, parentId, attempt }) => [
      id,
      status,
      version,
      owner,
      parentId,
      attempt,
    ]),
    [
      ['a', 'running', 2, 'n1', null, 0],
      ['b', 'running', 2, 'n1', 'a', 0],
    ],
  );
  assert.equal([agents[0]?.task, agents[0]?.session], [{ do: 'it' }, { knows: 1 }]);
  assert.equal(
    bus.published.map(({ key, type, producer, sequence }) => [key, type, producer, sequence]),
    [
      ['a', 'agent_start', 0, 1],
      ['b', 'agent_start', 0, 2],
    ],
  );
});

test('inserted as spawning first, then moved to running', async () => {
  const { orchestrator, storage } = await stand();
  const seen: string[] = [];
  storage.after = (method) => void seen.push(`${method}: ${Object.values(statuses(storage)).join()}`);
  await orchestrator.spawn(three);
  assert.equal(seen, ['agents.insert: spawning,spawning,spawning', 'agents.update: running,running,running']);
});

test('many go in batches, and in few calls', async () => {
  const { orchestrator, storage, bus } = await stand({ batch: 100 });
  let publishes = 0;
  bus.before = () => void publishes++;
  const agents = await orchestrator.spawn(Array.from({ length: 950 }, () => ({})));
  assert.is(new Set(agents.map(({ id }) => id)).size, 950);
  assert.is(storage.calls.length, 20);
  assert.is(publishes, 10);
});

/** Which step fails, and how: refused before it happened, or with its reply lost after it did. */
const failures: readonly {
  readonly step: string;
  readonly how: 'before' | 'after';
  readonly code: 'UNAVAILABLE' | 'TIMEOUT' | 'FULL';
  /** What is stored in the end. */
  readonly left: string;
}[] = [
  { step: 'agents.insert', how: 'before', code: 'FULL', left: '' },
  { step: 'agents.insert', how: 'before', code: 'UNAVAILABLE', left: '' },
  { step: 'agents.insert', how: 'after', code: 'TIMEOUT', left: 'failed' },
  { step: 'agents.update', how: 'before', code: 'FULL', left: 'failed' },
  { step: 'agents.update', how: 'after', code: 'TIMEOUT', left: 'failed' },
  { step: 'publish', how: 'before', code: 'UNAVAILABLE', left: 'failed' },
  { step: 'publish', how: 'after', code: 'TIMEOUT', left: 'failed' },
];

for (const { step, how, code, left } of failures) {
  test(`${step} fails (${code} ${how} the fact): the caller is told and nobody is stranded`, async () => {
    const { orchestrator, storage, bus, clock } = await stand({ patience: { attempts: 0 } });
    let failing = true;
    const fail = (method: string): void => {
      if (!failing || method !== step) return;
      failing = false;
      throw new TestbedError(code, 'injected');
    };
    if (step === 'publish') bus[how] = () => fail('publish');
    else storage[how] = fail;
    assert.is(await codeOf(() => orchestrator.spawn(three)), code);
    if (left === '')
      assert.is(orchestrator.stats().obligations, 0, 'nothing was stored, nothing is to be undone');
    await clock.advance(10_000);
    assert.equal([...new Set(Object.values(statuses(storage)))].join(), left);
    assert.is(storage.agentRows.size, left === '' ? 0 : 3);
    const stats = orchestrator.stats();
    assert.is(stats.obligations, 0);
    const told = bus.published.filter(({ type }) => type === 'error').map(({ key }) => key);
    assert.equal(told, left === '' ? [] : ['a', 'b', 'c']);
    for (const { owner, error } of storage.agentRows.values()) {
      assert.is(owner, null);
      assert.match(String(error), /injected/);
    }
  });
}

test('a store that stays away: failing them is tried again until it is back', async () => {
  const { orchestrator, storage, bus, clock, reported } = await stand({ patience: { attempts: 0 } });
  let down = false;
  bus.before = () => {
    down = true;
    throw new TestbedError('TIMEOUT', 'no answer');
  };
  storage.before = () => {
    if (down) throw new TestbedError('UNAVAILABLE', 'down');
  };
  assert.is(await codeOf(() => orchestrator.spawn(three)), 'TIMEOUT');
  await clock.advance(5_000);
  assert.equal([...new Set(Object.values(statuses(storage)))], ['running']);
  assert.is(orchestrator.stats().obligations, 1);
  assert.ok(reported.some((line) => line.includes('UNAVAILABLE')));
  bus.before = () => {};
  storage.before = () => {};
  await clock.advance(5_000);
  assert.equal([...new Set(Object.values(statuses(storage)))], ['failed']);
  assert.is(orchestrator.stats().obligations, 0);
});

test('an insert without an answer that arrives late is found', async () => {
  const { orchestrator, storage, clock } = await stand({ patience: { attempts: 0 } });
  const { insert } = storage.agents;
  storage.agents.insert = async (items) => {
    clock.after(30, () => void insert(items));
    throw new TestbedError('TIMEOUT', 'no answer');
  };
  assert.is(await codeOf(() => orchestrator.spawn(three)), 'TIMEOUT');
  assert.is(storage.agentRows.size, 0);
  await clock.advance(10_000);
  assert.equal(statuses(storage), { a: 'failed', b: 'failed', c: 'failed' });
});

test('an insert that never arrives is given up', async () => {
  const { orchestrator, storage, clock } = await stand();
  storage.agents.insert = async () => {
    throw new TestbedError('TIMEOUT', 'no answer');
  };
  assert.is(await codeOf(() => orchestrator.spawn(three)), 'TIMEOUT');
  await clock.advance(60_000);
  assert.is(orchestrator.stats().obligations, 0);
});

test('an older agent of the same id is never touched, however the insert ends', async () => {
  for (const code of ['DUPLICATE', 'TIMEOUT'] as const) {
    const { orchestrator, storage, clock } = await stand();
    const old = storedAgent('b');
    storage.agentRows.set('b', old);
    storage.agents.insert = async () => {
      throw new TestbedError(code, 'injected');
    };
    assert.is(await codeOf(() => orchestrator.spawn(three)), code);
    await clock.advance(60_000);
    assert.is(storage.agentRows.get('b'), old);
  }
});

test('all or nothing over batches: when the last one fails, the first ones are failed too', async () => {
  const { orchestrator, storage } = await stand({ batch: 2 });
  storage.agentRows.set('e', storedAgent('e'));
  const ids = ['a', 'b', 'c', 'd', 'e'];
  assert.is(await codeOf(() => orchestrator.spawn(ids.map((id) => ({ id })))), 'DUPLICATE');
  await settle();
  assert.equal(statuses(storage), { a: 'failed', b: 'failed', c: 'failed', d: 'failed', e: 'running' });
});

test('killed while being spawned: the spawn fails, nothing runs', async () => {
  const { orchestrator, storage } = await stand();
  storage.after = async (method) => {
    storage.after = () => {};
    if (method === 'agents.insert') await orchestrator.kill('b');
  };
  assert.is(await codeOf(() => orchestrator.spawn(three)), 'CONFLICT');
  await settle();
  assert.equal(statuses(storage), { a: 'failed', b: 'killed', c: 'failed' });
});

test('a swarm destroyed at any moment of a spawn leaves nobody running in it', async () => {
  for (const moment of ['agents.insert', 'agents.update', 'swarms.get']) {
    for (const when of ['before', 'after'] as const) {
      const { orchestrator, storage } = await stand();
      await orchestrator.createSwarm({ id: 's', strategy: 'parallel', size: 3 });
      storage[when] = async (method) => {
        if (method !== moment) return;
        storage[when] = () => {};
        await orchestrator.swarms.destroy('s');
      };
      await codeOf(() => orchestrator.spawn(three.map(({ id }) => ({ id, swarmId: 's' }))));
      await settle();
      for (const status of Object.values(statuses(storage)))
        assert.ok(['failed', 'killed'].includes(status), `${status}, destroyed ${when} ${moment}`);
    }
  }
});

test('what is wrong with a request is said before anything is stored', async () => {
  const { orchestrator, storage } = await stand();
  for (const id of ['', 'a.b', 'a b', 'a*', '#', 'x'.repeat(201)])
    assert.is(await codeOf(() => orchestrator.spawn([{ id }])), 'INVALID_ARGUMENT', id);
  assert.is(await codeOf(() => orchestrator.spawn([{ id: 'a' }, { id: 'a' }])), 'DUPLICATE');
  assert.is(await codeOf(() => orchestrator.spawn([{ id: 'a', swarmId: 'none' }])), 'NOT_FOUND');
  await orchestrator.createSwarm({ id: 's', strategy: 'tree', size: 1 });
  await orchestrator.swarms.destroy('s');
  assert.is(await codeOf(() => orchestrator.spawn([{ id: 'a', swarmId: 's' }])), 'ILLEGAL_TRANSITION');
  assert.is(storage.agentRows.size, 0);
  assert.equal(await orchestrator.spawn([]), []);
});

test.run();
