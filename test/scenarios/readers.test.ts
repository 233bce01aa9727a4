/** Looks at the state: when they are made, what they count as, and what is looked at. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestbedError } from '../../core/error.ts';
import type { Workload } from '../../scenarios/scenario.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';
import type { FakeClock } from '../doubles/fake-clock.ts';
import { loadRig } from '../doubles/load-rig.ts';

type Looks = Pick<SystemUnderTest, 'get' | 'list' | 'count' | 'history'>;

/** Ten looks a second for ten seconds at a system that can be asked for `looks`, and what was asked. */
async function playLooks(
  looks: (clock: FakeClock, asked: string[]) => Looks,
  change: Partial<Workload> = {},
) {
  const asked: string[] = [];
  const rig = await loadRig({ readsPerS: 10, ...change }, { looks: (clock) => looks(clock, asked) });
  await rig.clock.play(rig.play());
  const { readsDone, readsLate, errors } = rig.tally.counts;
  return { ...rig, asked, readsDone, readsLate, errors, latencies: rig.tally.latencies.read_ms.total() };
}

const noting = (asked: string[], name: string) => async (first: unknown) => {
  asked.push(`${name} ${typeof first === 'string' ? first.split('-')[0] : JSON.stringify(first)}`);
};

test('each kind that the system has, events only where history is kept', async () => {
  const all = (_: FakeClock, asked: string[]): Looks => ({
    get: noting(asked, 'get'),
    list: noting(asked, 'list'),
    count: noting(asked, 'count'),
    history: noting(asked, 'history'),
  });
  const plain = await playLooks(all);
  assert.equal([...new Set(plain.asked)].sort(), [
    'count {"status":"running"}',
    'get agent',
    'list {"status":"running"}',
  ]);
  assert.equal([plain.readsDone, plain.readsLate, plain.errors], [100, 0, 0]);
  const kept = await playLooks(all, { orchestrator: { history: { keep: null } } });
  assert.is(
    kept.asked.some((look) => look.startsWith('history {"agentId":"agent')),
    true,
  );
});

test('open model: a look is due whatever became of the last, and counts from then', async () => {
  const slow = (clock: FakeClock): Looks => ({ get: () => clock.sleep(450) });
  const { readsDone, readers, latencies, clock } = await playLooks(slow);
  assert.equal([readsDone, readers.pending], [96, 4]);
  assert.is(Math.round(latencies.max), 450);
  await clock.advance(500);
  assert.is(readers.pending, 0);
});

test('beyond the bound of what is under way a look is not made, and told', async () => {
  const never = (): Looks => ({ get: () => new Promise(() => {}) });
  const { readsDone, readsLate, readers } = await playLooks(never, { inFlight: 7, deadlineMs: 60_000 });
  assert.equal([readsDone, readsLate, readers.pending], [0, 93, 7]);
});

test('a look that fails is an error, one without an answer unknown; neither is timed', async () => {
  const failing = (): Looks => ({ get: () => Promise.reject(new TestbedError('UNAVAILABLE', 'as told')) });
  const failed = await playLooks(failing);
  assert.equal([failed.readsDone, failed.errors, failed.latencies.count], [0, 100, 0]);
  assert.equal([...failed.tally.errorKinds], [['read: as told', 100]]);
  const silent = await playLooks(() => ({ get: () => new Promise(() => {}) }), { deadlineMs: 100 });
  assert.equal([silent.readsDone, silent.errors, silent.latencies.count], [0, 0, 0]);
  assert.ok(silent.tally.counts.unknown >= 98);
});

test('a system that cannot be looked at is not: every look that was due is told', async () => {
  const { readsDone, readsLate } = await playLooks(() => ({}));
  assert.equal([readsDone, readsLate], [0, 100]);
});

test.run();
