/** The orchestrator's options, through the runner itself: what each of them does to a cell. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../reports/record.ts';
import type { OrchestratorTuning, Workload } from '../../scenarios/scenario.ts';
import { playShortCell } from '../doubles/short-cell.ts';

const steady = (forMs: number): Workload['phases'] => [
  { name: 'steady', forMs, warmup: false, rateFrom: 1, rateTo: 1 },
];

function run(orchestrator: OrchestratorTuning, workload: Partial<Workload> = {}): Promise<RunRecord> {
  return playShortCell({ workload: { chain: null, eventsPerS: 200, orchestrator, ...workload } });
}

function numberOf({ metrics }: RunRecord, name: string): number {
  const metric = metrics[name];
  return metric !== undefined && 'value' in metric ? metric.value : Number.NaN;
}

function broken({ checks }: RunRecord): readonly string[] {
  return checks
    .filter(({ check, verdict }) => verdict !== 'PASS' && check !== 'chain-complete')
    .map(({ check, detail }) => `${check}: ${detail}`);
}

test('an agent that is started again stays in its slot until it has failed for good', async () => {
  const retry = { attempts: 1, baseMs: 20, factor: 1, maxMs: 20, jitter: 0 };
  const lifetime = { meanMs: 300, complete: 0, fail: 1, kill: 0 };
  const record = await run({ retry }, { lifetime, transitionsPerS: 0, phases: steady(2500) });
  assert.equal(broken(record), []);
  assert.is(numberOf(record, 'agents_active'), 10);
  assert.ok(numberOf(record, 'agents_failed') > 0);
  // Each of them failed twice.
  const failures = record.metrics['transition_ms'];
  assert.ok(failures !== undefined && 'count' in failures);
  assert.ok(failures.count >= 2 * numberOf(record, 'agents_failed'));
});

test('what has ended is kept, unless retention is asked for', async () => {
  const lifetime = { meanMs: 100, complete: 1, fail: 0, kill: 0 };
  const ended = async (orchestrator: OrchestratorTuning): Promise<number> => {
    const record = await run(orchestrator, { lifetime });
    assert.equal(broken(record), []);
    return numberOf(record, 'agents_completed');
  };
  const kept = await ended({});
  const few = await ended({ retention: { endedForMs: 0, endedKept: null, everyMs: 50 } });
  assert.ok(kept > 50, `${kept} kept`);
  assert.ok(few < kept / 2, `${few} of about ${kept} kept`);
});

for (const lock of ['per-agent', 'global'] as const) {
  test(`lock ${lock}, no cache and batches of one: slower, and as correct`, async () => {
    assert.equal(broken(await run({ lock, cacheSize: 0, batch: 1, history: { keep: 100 } })), []);
  });
}

test('a limit of message subscriptions refuses agents their mailbox, and that is an error', async () => {
  const messages = {
    delivery: 'async',
    queueLimit: 100,
    whenFull: 'block',
    subscriptionLimit: 5,
  } as const;
  const record = await run({}, { messages, lifetime: null });
  assert.ok(numberOf(record, 'errors') >= 5, `${numberOf(record, 'errors')} errors`);
});

test.run();
