import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestbedError } from '../../core/error.ts';
import { backoffMs } from '../../core/lifecycle/backoff.ts';
import { createRandom } from '../../core/random.ts';
import { settle, stand } from './stand.ts';

test('waits grow by the factor up to the longest, and chance only shortens them', () => {
  const plain = { baseMs: 10, factor: 2, maxMs: 50, jitter: 0 };
  const random = createRandom(1);
  assert.equal(
    [0, 1, 2, 3, 4].map((attempt) => backoffMs(plain, attempt, random)),
    [10, 20, 40, 50, 50],
  );
  for (let count = 0; count < 100; count++) {
    const wait = backoffMs({ ...plain, jitter: 0.5 }, 1, random);
    assert.ok(wait > 10 && wait <= 20);
  }
  assert.is(backoffMs(plain, 5000, random), 50, 'a huge attempt is no infinity');
});

test('retrying, then running after its backoff, each one longer; events tell of both', async () => {
  const { orchestrator, storage, bus, clock } = await stand({
    retry: { attempts: 3, baseMs: 100, jitter: 0 },
  });
  await orchestrator.spawn([{ id: 'a' }]);
  for (const [attempt, waitMs] of [100, 200, 400].entries()) {
    await orchestrator.fail('a', 'why');
    await clock.advance(waitMs - 1);
    assert.is(storage.agentRows.get('a')?.status, 'retrying');
    await clock.advance(1);
    assert.equal(
      [storage.agentRows.get('a')?.status, storage.agentRows.get('a')?.attempt],
      ['running', attempt + 1],
    );
  }
  await orchestrator.fail('a', 'why');
  await settle();
  assert.equal(
    bus.published.slice(1).map(({ type, data }) => [type, data]),
    [
      ['error', { status: 'retrying', attempt: 0, error: 'why' }],
      ['turn_start', { attempt: 1 }],
      ['error', { status: 'retrying', attempt: 1, error: 'why' }],
      ['turn_start', { attempt: 2 }],
      ['error', { status: 'retrying', attempt: 2, error: 'why' }],
      ['turn_start', { attempt: 3 }],
      ['error', { status: 'failed', attempt: 3, error: 'why' }],
    ],
  );
});

test('a failure can be said to be final; one of a paused agent always is', async () => {
  const { orchestrator } = await stand({ retry: { attempts: 3 } });
  await orchestrator.spawn([{ id: 'a' }, { id: 'b' }]);
  assert.is((await orchestrator.fail('a', 'why', { retry: false })).status, 'failed');
  await orchestrator.pause('b');
  assert.is((await orchestrator.fail('b', 'why')).status, 'failed');
});

test('killed while it waits: it stays killed', async () => {
  const { orchestrator, storage, clock } = await stand({ retry: { attempts: 3, baseMs: 100 } });
  await orchestrator.spawn([{ id: 'a' }]);
  await orchestrator.fail('a', 'why');
  await orchestrator.kill('a');
  assert.is(orchestrator.stats().retrying, 0);
  await clock.advance(100_000);
  assert.equal([storage.agentRows.get('a')?.status, storage.agentRows.get('a')?.version], ['killed', 4]);
});

test('killed by another node while it waits: it stays killed', async () => {
  const one = await stand({ retry: { attempts: 3, baseMs: 100 } });
  const two = await stand({}, { ...one, node: 'two' });
  await one.orchestrator.spawn([{ id: 'a' }]);
  await one.orchestrator.fail('a', 'why');
  await two.orchestrator.kill('a');
  await one.clock.advance(100_000);
  assert.is(one.storage.agentRows.get('a')?.status, 'killed');
  assert.is(one.orchestrator.stats().reported, 0);
});

test('a store that is away when the backoff is over: the restart is planned again, not lost', async () => {
  const { orchestrator, storage, clock, reported } = await stand({
    retry: { attempts: 1, baseMs: 100, jitter: 0 },
    patience: { attempts: 0 },
  });
  await orchestrator.spawn([{ id: 'a' }]);
  await orchestrator.fail('a', 'why');
  storage.before = () => {
    throw new TestbedError('UNAVAILABLE', 'down');
  };
  await clock.advance(5_000);
  assert.is(storage.agentRows.get('a')?.status, 'retrying');
  assert.ok(reported.length > 1);
  storage.before = () => {};
  await clock.advance(60_000);
  assert.equal([storage.agentRows.get('a')?.status, storage.agentRows.get('a')?.attempt], ['running', 1]);
});

test('many at once do not come back at once', async () => {
  const { orchestrator, clock } = await stand({ retry: { attempts: 1, baseMs: 1000, jitter: 0.5 } });
  const ids = Array.from({ length: 100 }, (_, index) => `a${index}`);
  await orchestrator.spawn(ids.map((id) => ({ id })));
  await Promise.all(ids.map((id) => orchestrator.fail(id, 'why')));
  await clock.advance(750);
  const { retrying } = orchestrator.stats();
  assert.ok(retrying > 20 && retrying < 80, `${retrying} of 100 still wait after three quarters`);
  await clock.advance(251);
  assert.is(orchestrator.stats().retrying, 0);
});

test.run();
