/** What a workload can ask beside rates: writers back to back, full mailboxes, subscribers that take their time. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../reports/record.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { Mailboxes } from '../../scenarios/load/mailboxes.ts';
import { createMember } from '../../scenarios/load/member.ts';
import type { Workload } from '../../scenarios/scenario.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { runShortCell } from '../doubles/short-cell.ts';
import { SmallSystem } from '../doubles/small-system.ts';

const quiet: Partial<Workload> = {
  chain: null,
  lifetime: null,
  swarms: null,
  branching: false,
  eventsPerS: 0,
  messagesPerS: 0,
  transitionsPerS: 0,
  subscribers: { count: 1, late: 0 },
  phases: [{ name: 'steady', forMs: 400, warmup: false, rateFrom: 1, rateTo: 1 }],
};

function numberOf({ metrics }: RunRecord, name: string): number {
  const metric = metrics[name];
  return metric !== undefined && 'value' in metric ? metric.value : Number.NaN;
}

function failed({ checks }: RunRecord): readonly string[] {
  return checks.filter(({ verdict }) => verdict === 'FAIL').map(({ check, detail }) => `${check}: ${detail}`);
}

/** Lets a few turns pass in every pause and resume of the measured agents; notes how many were under way together, and of whom. */
function crowd(sut: SystemUnderTest): {
  readonly sut: SystemUnderTest;
  readonly seen: { most: number; twice: number };
} {
  const under = new Set<string>();
  const seen = { most: 0, twice: 0 };
  const slowly =
    (call: (id: string) => Promise<unknown>) =>
    async (id: string): Promise<unknown> => {
      if (!id.startsWith('agent-')) return call(id);
      if (under.has(id)) seen.twice++;
      under.add(id);
      seen.most = Math.max(seen.most, under.size);
      for (let turn = 0; turn < 3; turn++) await nextTurn();
      const answer = await call(id);
      under.delete(id);
      return answer;
    };
  return {
    seen,
    sut: {
      spawn: (orders) => sut.spawn(orders),
      pause: slowly((id) => sut.pause(id)),
      resume: slowly((id) => sut.resume(id)),
      complete: (id, result) => sut.complete(id, result),
      fail: (id, error) => sut.fail(id, error),
      kill: (id) => sut.kill(id),
      events: sut.events,
      messages: sut.messages,
      close: () => sut.close(),
    },
  };
}

for (const writers of [1, 4]) {
  test(`${writers} writers: as many transitions under way at any time, each of another agent, one after another`, async () => {
    let crowded: ReturnType<typeof crowd> | undefined;
    const record = await runShortCell({
      workload: { ...quiet, agents: 4, writers },
      system: (sut) => {
        crowded = crowd(sut);
        return crowded.sut;
      },
    });
    assert.equal(failed(record), []);
    assert.equal(crowded?.seen, { most: writers, twice: 0 });
    const done = record.metrics['transition_ms'];
    assert.ok(done !== undefined && 'count' in done && done.count > 2 * writers);
    assert.is(numberOf(record, 'errors'), 0);
  });
}

test('a full mailbox: every topic that concerns an agent, of which only its commands hear anything', async () => {
  const messages = { ...quiet, agents: 8, messagesPerS: 200 };
  const lean = await runShortCell({ workload: messages });
  const full = await runShortCell({ workload: { ...messages, mailbox: 'full' } });
  const swarm = await runShortCell({
    workload: { ...messages, mailbox: 'full', swarms: { min: 4, max: 4, strategies: ['parallel'] } },
  });
  assert.equal(
    [lean, full, swarm].map((record) => numberOf(record, 'subscriptions')),
    [8 + 1, 8 * 5 + 1, 8 * 6 + 1],
  );
  for (const record of [lean, full, swarm]) {
    assert.equal(failed(record), []);
    assert.is(numberOf(record, 'message_delivery_rate_pct'), 100);
  }
});

test('an agent that is refused one of its subscriptions keeps none of the others', async () => {
  const clock = new FakeClock();
  const sut = new SmallSystem(clock);
  const ledger = new Ledger('message', 1);
  const mailboxes = new Mailboxes({
    sut,
    mailbox: 'full',
    ledger,
    row: ledger.join('agents'),
    received: () => {},
  });
  const member = createMember({ id: 'one', slot: 0, swarmId: 'flock', attempt: 1, fate: null });
  sut.mishap = (call, id) => (call === 'subscribe' && id === 'system.alerts' ? new Error('full') : undefined);
  await mailboxes.open(member).then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'full'),
  );
  assert.equal([mailboxes.count, sut.openTopics.length], [0, 5]);
  for (const subscription of mailboxes.takeDone(clock.now())) await subscription.close();
  assert.equal(sut.openTopics, []);
  sut.mishap = () => undefined;
  await mailboxes.open(member);
  assert.is(mailboxes.count, 6);
  assert.equal(sut.openTopics, [
    'agent.one.commands',
    'agent.one.events',
    'agent.one.logs',
    'swarm.flock.broadcast',
    'task.*.updates',
    'system.alerts',
  ]);
});

for (const [handlingMs, kind] of [
  [0, 'undefined'],
  [0.01, 'object'],
] as const) {
  test(`a subscriber that takes ${handlingMs} ms for an event is ${kind === 'object' ? '' : 'not '}waited for`, async () => {
    const answers = new Set<string>();
    const record = await runShortCell({
      workload: { ...quiet, eventsPerS: 200, subscribers: { count: 2, late: 0, handlingMs } },
      system: (sut) => ({
        spawn: (orders) => sut.spawn(orders),
        pause: (id) => sut.pause(id),
        resume: (id) => sut.resume(id),
        complete: (id, result) => sut.complete(id, result),
        fail: (id, error) => sut.fail(id, error),
        kill: (id) => sut.kill(id),
        events: {
          publish: (events) => sut.events.publish(events),
          subscribe: (filter, handler) =>
            sut.events.subscribe(filter, (events) => {
              const answer = handler(events);
              answers.add(typeof answer);
              return answer;
            }),
        },
        messages: sut.messages,
        close: () => sut.close(),
      }),
    });
    assert.equal(failed(record), []);
    assert.is(numberOf(record, 'delivery_rate_pct'), 100);
    assert.equal([...answers], [kind]);
  });
}

test.run();
