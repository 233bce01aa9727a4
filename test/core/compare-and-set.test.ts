import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agentStatuses, isLegalTransition } from '../../core/agent.ts';
import { TestbedError } from '../../core/error.ts';
import { createRandom } from '../../core/random.ts';
import { codeOf, stand } from './stand.ts';

test('of many that end one agent at once, one wins and the others are told', async () => {
  for (const lock of ['none', 'per-agent', 'global'] as const) {
    const { orchestrator, storage } = await stand({ lock });
    await orchestrator.spawn([{ id: 'a' }]);
    const codes = await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => codeOf(() => orchestrator.complete('a', index))),
      ...Array.from({ length: 10 }, () => codeOf(() => orchestrator.kill('a'))),
    ]);
    assert.is(codes.filter((code) => code === 'none').length, 1, lock);
    assert.is(codes.filter((code) => code === 'ILLEGAL_TRANSITION').length, 19);
    assert.is(storage.agentRows.get('a')?.version, 3);
  }
});

test('a change that another node made first is decided again on what it stored', async () => {
  const first = await stand({}, { node: 'one' });
  const second = await stand({}, { ...first, node: 'two' });
  await first.orchestrator.spawn([{ id: 'a' }]);
  await second.orchestrator.remember('a', { seen: 1 });
  await first.orchestrator.pause('a');
  const agent = await second.orchestrator.resume('a');
  assert.equal([agent.version, agent.session, agent.status], [5, { seen: 1 }, 'running']);
  assert.ok(first.orchestrator.stats().conflicts >= 1);
});

test('a cached state never refuses what the stored one allows, nor allows what that refuses', async () => {
  const one = await stand({}, { node: 'one' });
  const two = await stand({}, { ...one, node: 'two' });
  await one.orchestrator.spawn([{ id: 'a' }]);
  await one.orchestrator.pause('a');
  await two.orchestrator.resume('a');
  await one.orchestrator.pause('a');
  await two.orchestrator.kill('a');
  assert.is(await codeOf(() => one.orchestrator.complete('a')), 'ILLEGAL_TRANSITION');
});

test('somebody who is always faster: CONFLICT after a bounded number of tries', async () => {
  const { orchestrator, storage } = await stand();
  await orchestrator.spawn([{ id: 'a' }]);
  storage.before = (method) => {
    const agent = storage.agentRows.get('a');
    if (method === 'agents.update' && agent)
      storage.agentRows.set('a', { ...agent, version: agent.version + 1 });
  };
  assert.is(await codeOf(() => orchestrator.pause('a')), 'CONFLICT');
  const updates = storage.calls.filter((method) => method === 'agents.update').length;
  assert.ok(updates > 2 && updates < 50, `${updates} updates`);
});

test('UNAVAILABLE is tried again with growing waits; then the caller is told', async () => {
  const { orchestrator, storage, clock } = await stand({ patience: { attempts: 3, baseMs: 10, jitter: 0 } });
  await orchestrator.spawn([{ id: 'a' }]);
  let refusals = 2;
  storage.before = (method) => {
    if (method === 'agents.update' && refusals-- > 0) throw new TestbedError('UNAVAILABLE', 'down');
  };
  const startMs = clock.now();
  await clock.play(orchestrator.pause('a'));
  assert.is(clock.now() - startMs, 10 + 20);
  refusals = 100;
  assert.is(await clock.play(codeOf(() => orchestrator.resume('a'))), 'UNAVAILABLE');
  assert.is(refusals, 96);
});

test('TIMEOUT is not tried again: it may have happened', async () => {
  const { orchestrator, storage } = await stand();
  await orchestrator.spawn([{ id: 'a' }]);
  storage.after = (method) => {
    if (method === 'agents.update') throw new TestbedError('TIMEOUT', 'lost reply');
  };
  const before = storage.calls.length;
  assert.is(await codeOf(() => orchestrator.pause('a')), 'TIMEOUT');
  assert.equal(storage.calls.slice(before), ['agents.update']);
  storage.after = () => {};
  assert.is(orchestrator.cached('a'), undefined, 'what is stored is not known any more');
  assert.is((await orchestrator.resume('a')).version, 4, 'and what was stored after all is found');
});

test('two nodes, random operations at once: every stored change is in the table and one version higher', async () => {
  const one = await stand({ cacheSize: 3 }, { node: 'one' });
  const two = await stand({ cacheSize: 3 }, { ...one, node: 'two' });
  const random = createRandom(21);
  const ids = Array.from({ length: 6 }, (_, index) => `a${index}`);
  await one.orchestrator.spawn(ids.map((id) => ({ id })));
  const rows = one.storage.agentRows;
  const set = rows.set.bind(rows);
  let changes = 0;
  rows.set = (id, next) => {
    const before = rows.get(id);
    assert.is(next.version, (before?.version ?? 0) + 1);
    if (before && before.status !== next.status) assert.ok(isLegalTransition(before.status, next.status));
    assert.ok(agentStatuses.includes(next.status));
    changes++;
    return set(id, next);
  };
  const operations: Promise<unknown>[] = [];
  for (let step = 0; step < 600; step++) {
    const { orchestrator } = random.pick([one, two]);
    const id = random.pick(ids);
    const draw = random.next();
    operations.push(
      codeOf(() =>
        draw < 0.3
          ? orchestrator.pause(id)
          : draw < 0.6
            ? orchestrator.resume(id)
            : draw < 0.95
              ? orchestrator.remember(id, step)
              : draw < 0.98
                ? orchestrator.kill(id)
                : orchestrator.fail(id, 'why'),
      ),
    );
    if (step % 5 === 0) await Promise.all(operations);
  }
  const codes = new Set(await Promise.all(operations));
  for (const code of codes) assert.ok(['none', 'ILLEGAL_TRANSITION'].includes(String(code)), String(code));
  assert.ok(changes > 50);
});

test('the cache is bounded, and forgets nothing that matters', async () => {
  const { orchestrator, storage } = await stand({ cacheSize: 4 });
  const ids = Array.from({ length: 20 }, (_, index) => `a${index}`);
  await orchestrator.spawn(ids.map((id) => ({ id })));
  assert.is(orchestrator.stats().cache.size, 4);
  assert.ok(orchestrator.cached('a19'));
  assert.is(orchestrator.cached('a0'), undefined);
  for (const id of ids) await orchestrator.pause(id);
  const before = storage.calls.length;
  await orchestrator.resume('a19');
  assert.equal(storage.calls.slice(before), ['agents.update'], 'what is at hand is not read first');
});

test.run();
