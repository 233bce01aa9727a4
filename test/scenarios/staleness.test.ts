/** How far a replica is behind, measured on one whose lag is known. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Agent } from '../../core/agent.ts';
import { TestbedError } from '../../core/error.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import { StalenessProbe } from '../../scenarios/run/staleness.ts';
import { storedAgent } from '../core/stand.ts';
import { TinyStorage } from '../core/tiny-storage.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

const never = new AbortController().signal;

/** A primary, and replicas that have its writes `lagMs` later each. */
function rig(...lagsMs: number[]) {
  const clock = new FakeClock();
  const primary = new TinyStorage();
  const replicas = lagsMs.map(() => new TinyStorage());
  const probe = new StalenessProbe(replicas, clock);
  const { agents } = probe.observe(primary);
  const tally = new Tally([{ name: 'steady', fromMs: clock.now(), toMs: clock.now() + 1000 }]);
  const write = async (agent: Agent): Promise<void> => {
    for (const [index, { agentRows }] of replicas.entries())
      clock.after(lagsMs[index] as number, () => agentRows.set(agent.id, agent));
    if (agent.version === 1) await agents.insert([agent]);
    else await agents.update([agent]);
  };
  return { clock, replicas, probe, agents, tally, write, seen: tally.latencies.staleness_ms };
}

test('a sample lasts from the acknowledgement to the first read that saw it, on every replica', async () => {
  const { clock, probe, tally, write, seen } = rig(7, 20);
  probe.start(tally);
  await write(storedAgent('agent', { version: 1 }));
  await clock.advance(30);
  assert.equal([seen.total().count, seen.total().max], [2, 20]);
  await clock.advance(30);
  await write(storedAgent('agent', { version: 2 }));
  await clock.advance(30);
  assert.equal([seen.total().count, Math.round(seen.total().avg * 10)], [4, 135]);
  assert.equal(await clock.play(probe.settle(100, never)), []);
});

test('nothing is sampled before it starts, nor more than once in 50 ms, nor what was refused', async () => {
  const { clock, probe, agents, tally, write, seen } = rig(0);
  await write(storedAgent('early', { version: 1 }));
  await clock.advance(100);
  probe.start(tally);
  assert.equal(await agents.update([storedAgent('early', { version: 9 })]), ['early']);
  await clock.advance(100);
  assert.is(seen.total().count, 0);
  for (let index = 0; index < 10; index++) {
    await write(storedAgent(`agent-${index}`, { version: 1 }));
    await clock.advance(10);
  }
  assert.is(seen.total().count, 2);
});

test('a replica that stands still does not hide how long: samples do not wait for each other', async () => {
  const { clock, replicas, probe, tally, write, seen } = rig(0);
  const [replica] = replicas as [TinyStorage];
  let release = (): void => {};
  const still = new Promise<void>((resolve) => {
    release = resolve;
  });
  replica.before = () => still;
  probe.start(tally);
  for (let index = 0; index < 5; index++) {
    await write(storedAgent(`agent-${index}`, { version: 1 }));
    await clock.advance(100);
  }
  assert.is(seen.total().count, 0);
  release();
  await clock.advance(5);
  // The second was written at 100 ms, and the look at it sent a millisecond after the replica went on at 500.
  assert.equal([seen.total().count, Math.round(seen.total().max)], [5, 401]);
});

test('one that never has it: told with the time that it was waited for, and said aloud', async () => {
  const { clock, replicas, probe, tally, write, seen } = rig(1e9);
  const [replica] = replicas as [TinyStorage];
  replica.before = () => {
    throw new TestbedError('UNAVAILABLE', 'as told');
  };
  probe.start(tally);
  await write(storedAgent('agent', { version: 1 }));
  await clock.advance(100);
  const findings = await clock.play(probe.settle(500, never));
  assert.equal([seen.total().count, Math.round(seen.total().max)], [1, 600]);
  assert.equal(
    findings.map(({ verdict, about }) => [verdict, about]),
    [['INCONCLUSIVE', 'replica behind']],
  );
  await clock.advance(10);
  assert.is(seen.total().count, 1);
});

test('what is removed is waited for no longer', async () => {
  const { clock, probe, agents, tally, write, seen } = rig(1e9);
  probe.start(tally);
  await write(storedAgent('agent', { version: 1 }));
  await agents.remove(['agent']);
  assert.equal(await clock.play(probe.settle(500, never)), []);
  assert.is(seen.total().count, 0);
});

test('one that has taken the place of its primary lacks for good what it lacks: it is neither waited for nor told', async () => {
  const { clock, probe, tally, write, seen } = rig(1e9);
  probe.start(tally);
  await write(storedAgent('agent', { version: 1 }));
  assert.equal(await probe.settle(500, never, true), []);
  await clock.advance(10);
  assert.is(seen.total().count, 0);
});

test.run();
