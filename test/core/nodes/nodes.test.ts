import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestbedError } from '../../../core/error.ts';
import { createRandom } from '../../../core/random.ts';
import { codeOf, settle, stand } from '../stand.ts';
import { type Neighbour, Neighbours } from './neighbours.ts';

const spawnOn = async ({ orchestrator }: Neighbour, count: number, prefix: string): Promise<void> =>
  void (await orchestrator.spawn(
    Array.from({ length: count }, (_, index) => ({ id: `${prefix}-${index}` })),
  ));

test('a node whose lease runs out is taken over, each agent by one of those that are left', async () => {
  const nodes = await Neighbours.open(3);
  const [dead, second, third] = nodes.all as [Neighbour, Neighbour, Neighbour];
  await spawnOn(dead, 40, 'a');
  await dead.orchestrator.remember('a-1', { step: 3 });
  await dead.orchestrator.pause('a-2');
  await nodes.advance(1000);
  assert.equal(await nodes.owners(), { [dead.owner]: 40 });
  dead.stop();
  await nodes.advance(900);
  assert.equal(await nodes.owners(), { [dead.owner]: 40 }, 'before its lease has run out');
  await nodes.advance(500);
  const owners = await nodes.owners();
  assert.is((owners[second.owner] ?? 0) + (owners[third.owner] ?? 0), 40);
  assert.ok((owners[second.owner] ?? 0) > 5 && (owners[third.owner] ?? 0) > 5, JSON.stringify(owners));
  const after = await nodes.agents();
  assert.equal(after.find(({ id }) => id === 'a-1')?.session, { step: 3 });
  assert.is(after.find(({ id }) => id === 'a-2')?.status, 'paused');
  assert.equal(
    (await nodes.storage.nodes?.list())?.map(({ node }) => node),
    ['node-2', 'node-3'],
    'the dead life is forgotten',
  );
});

test('a paused owner that wakes after its lease writes nothing as the owner that it was, and begins again', async () => {
  const nodes = await Neighbours.open(2);
  const [paused, heir] = nodes.all as [Neighbour, Neighbour];
  await spawnOn(paused, 5, 'a');
  await nodes.advance(1000);
  const before = paused.owner;
  paused.stop();
  const late = [
    codeOf(() => paused.orchestrator.complete('a-1')),
    codeOf(() => paused.orchestrator.spawn([{ id: 'late' }])),
  ];
  await nodes.advance(1500);
  assert.equal(await nodes.owners(), { [heir.owner]: 5 });
  paused.wake();
  assert.equal(await Promise.all(late), ['FENCED', 'FENCED']);
  assert.is(await codeOf(() => paused.orchestrator.complete('a-2')), 'FENCED');
  await nodes.advance(500);
  assert.is.not(paused.owner, before);
  assert.is(paused.orchestrator.stats().lease?.lost, 1);
  assert.is(await codeOf(() => paused.orchestrator.complete('a-3')), 'NOT_OWNER');
  assert.equal(await nodes.owners(), { [heir.owner]: 5 });
  assert.is((await heir.orchestrator.complete('a-3')).status, 'completed');
  await spawnOn(paused, 1, 'b');
  assert.is((await paused.orchestrator.complete('b-0')).status, 'completed');
});

test('a retry that was planned where the lease is lost happens once, at the new owner', async () => {
  const nodes = await Neighbours.open(2, { retry: { attempts: 3, baseMs: 3000, jitter: 0 } });
  const [paused, heir] = nodes.all as [Neighbour, Neighbour];
  await spawnOn(paused, 1, 'a');
  await paused.orchestrator.fail('a-0', 'why');
  paused.stop();
  await nodes.advance(1500);
  const taken = await heir.orchestrator.get('a-0');
  assert.equal([taken?.status, taken?.attempt, taken?.owner], ['running', 1, heir.owner]);
  paused.wake();
  await nodes.advance(5000);
  assert.equal(await heir.orchestrator.get('a-0'), taken);
});

test('a node that joins gets its share, some in each lease, and who had them knows', async () => {
  const nodes = await Neighbours.open(2, { lease: { rebalance: 6 } });
  const [first, second] = nodes.all as [Neighbour, Neighbour];
  await spawnOn(first, 30, 'a');
  await spawnOn(second, 30, 'b');
  await nodes.advance(2000);
  assert.equal(await nodes.owners(), { [first.owner]: 30, [second.owner]: 30 }, 'all have as many');
  const joined = await nodes.join('node-3');
  let before = 0;
  for (let leases = 0; leases < 8; leases++) {
    await nodes.advance(1000);
    const { [joined.owner]: has = 0 } = await nodes.owners();
    assert.ok(has - before <= 6, `${has - before} in one lease`);
    before = has;
  }
  const owners = Object.values(await nodes.owners()).sort((a, b) => a - b);
  assert.ok((owners[0] ?? 0) >= 16 && (owners[2] ?? 0) <= 24, owners.join(', '));
  assert.is(joined.orchestrator.stats().lease?.moved, before);
  const moved = (await nodes.agents()).filter(({ owner }) => owner === joined.owner);
  const [one] = moved as [(typeof moved)[number]];
  const had = one.id.startsWith('a') ? first : second;
  assert.is(await codeOf(() => had.orchestrator.complete(one.id)), 'NOT_OWNER');
  assert.is((await joined.orchestrator.complete(one.id)).status, 'completed');
});

test('nodes that are not told to share leave everybody what they have', async () => {
  const nodes = await Neighbours.open(1);
  const [first] = nodes.all as [Neighbour];
  await spawnOn(first, 30, 'a');
  await nodes.join('node-2');
  await nodes.advance(3000);
  assert.equal(await nodes.owners(), { [first.owner]: 30 });
});

test('a node that leaves hands over at once, and is done when it has', async () => {
  const nodes = await Neighbours.open(3);
  const [leaver] = nodes.all as [Neighbour];
  await spawnOn(leaver, 20, 'a');
  await nodes.advance(400);
  let isClosed = false;
  const closed = leaver.orchestrator.close().then(() => {
    isClosed = true;
  });
  await settle();
  assert.is(isClosed, false, 'nobody has taken them over so far');
  await nodes.advance(300);
  await closed;
  assert.is((await nodes.owners())[leaver.owner], undefined);
  assert.is((await nodes.agents()).length, 20);
});

test('the last one that leaves waits for nobody; who comes takes over what it left', async () => {
  const nodes = await Neighbours.open(1);
  const [last] = nodes.all as [Neighbour];
  await spawnOn(last, 3, 'a');
  await last.orchestrator.close();
  const next = await nodes.join('node-1');
  await next.orchestrator.recover();
  assert.equal(await nodes.owners(), { [next.owner]: 3 });
});

test('a node that begins again ends its earlier life without waiting', async () => {
  const nodes = await Neighbours.open(1);
  const [killed] = nodes.all as [Neighbour];
  await spawnOn(killed, 3, 'a');
  killed.stop();
  const next = await nodes.join('node-1');
  await next.orchestrator.recover();
  assert.equal(await nodes.owners(), { [next.owner]: 3 });
});

test('a clock that is wrong costs nobody a lease', async () => {
  const nodes = await Neighbours.open(3);
  const [fast, slow, right] = nodes.all as [Neighbour, Neighbour, Neighbour];
  fast.clock.adjust(3_600_000, 1.5);
  slow.clock.adjust(-3_600_000, 0.5);
  for (const [index, one] of nodes.all.entries()) await spawnOn(one, 3, `n${index}`);
  await nodes.advance(5000);
  assert.equal(await nodes.owners(), { [fast.owner]: 3, [slow.owner]: 3, [right.owner]: 3 });
  assert.equal(
    nodes.all.map(({ orchestrator }) => orchestrator.stats().lease?.lost),
    [0, 0, 0],
  );
});

test('who was itself held up does not take that for the absence of the others', async () => {
  const nodes = await Neighbours.open(3);
  for (const one of nodes.all) one.stop();
  await settle();
  for (const one of nodes.all) one.base.elapse(60_000);
  for (const one of nodes.all) one.wake();
  await nodes.advance(2000);
  assert.equal(
    nodes.all.map(({ orchestrator }) => orchestrator.stats().lease?.lost),
    [0, 0, 0],
  );
});

test('while the storage cannot be reached by anybody, nobody loses a lease', async () => {
  const nodes = await Neighbours.open(2);
  const owners = nodes.all.map(({ owner }) => owner);
  for (const one of nodes.all) one.cutOff(new TestbedError('TIMEOUT', 'no answer'));
  await nodes.advance(10_000);
  for (const one of nodes.all) one.reach();
  await nodes.advance(2000);
  assert.equal(
    nodes.all.map(({ owner }) => owner),
    owners,
  );
});

test('alone there is no lease, and a storage without nodes cannot be shared', async () => {
  const { orchestrator } = await stand();
  assert.is(orchestrator.stats().lease, null);
  assert.is(await codeOf(() => stand({ lease: {} })), 'UNSUPPORTED');
  assert.is(await codeOf(() => stand({ lease: { leaseMs: 1 } })), 'INVALID_ARGUMENT');
});

/** Nodes are stopped, cut off, killed and begun again by chance, while agents are spawned and ended. */
async function live(seed: number): Promise<void> {
  const random = createRandom(seed);
  const nodes = await Neighbours.open(3);
  const acknowledged = new Set<string>();
  let spawned = 0;
  for (let step = 0; step < 60; step++) {
    const one = random.pick(nodes.all);
    const id = `agent-${spawned++}`;
    void one.orchestrator.spawn([{ id }]).then(
      () => acknowledged.add(id),
      () => undefined,
    );
    const some = random.pick([...acknowledged, id]);
    void one.orchestrator.complete(some).catch(() => undefined);
    const chance = random.next();
    if (chance < 0.1) one.stop();
    else if (chance < 0.15) one.cutOff(new TestbedError('UNAVAILABLE', 'cut off'));
    else if (chance < 0.3) one.wake();
    await nodes.advance(50 * random.integer(1, 8));
  }
  for (const one of nodes.all) one.wake();
  await nodes.advance(6000);
  const owners = new Set(nodes.all.map(({ owner }) => owner));
  for (const { id, status, owner } of await nodes.agents()) {
    const isOver = ['completed', 'failed'].includes(status);
    assert.ok(
      isOver ? owner === null : status === 'running' && owners.has(owner ?? ''),
      `${id} ${status} ${owner}`,
    );
  }
  const stored = new Set((await nodes.agents()).map(({ id }) => id));
  assert.equal(
    [...acknowledged].filter((id) => !stored.has(id)),
    [],
  );
}

for (const seed of [1, 2, 3]) {
  test(`whatever happens to nodes, in the end each agent has ended or is owned by one that lives (seed ${seed})`, () =>
    live(seed));
}

test.run();
