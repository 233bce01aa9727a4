/**
 * A fresh process that plays every planted leak and its twin one after another, in virtual time, each with twice the work, and
 * tells its parent what it held: `node --expose-gc process.ts SEED`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryBus, memoryStorage } from '../../../adapters/memory/index.ts';
import { assemble } from '../../../bin/assemble.ts';
import type { MemoryTrace } from '../../../reports/leaks/trace.ts';
import { readEnvironment } from '../../../scenarios/run/environment.ts';
import { probeMemory } from '../../../scenarios/run/probe-memory.ts';
import type { Phase } from '../../../scenarios/scenario.ts';
import { FakeClock } from '../fake-clock.ts';
import { workloadOf } from '../workload.ts';
import { fills, type Habit, leaks, withHabit } from './table.ts';

const seed = Number(process.argv[2]);
const legs = 8;
const phase = (name: string, forMs: number, warmup: boolean): Phase => ({
  name,
  forMs,
  warmup,
  rateFrom: 1,
  rateTo: 1,
});
const workload = workloadOf({
  agents: 4,
  subscribers: { count: 1, late: 0 },
  eventsPerS: 1000,
  batch: 10,
  events: { delivery: 'async', queueLimit: 10_000, whenFull: 'block', logLimit: 50 },
  phases: [
    phase('warmup', 200, true),
    // As in play: not all processes do as much.
    ...Array.from({ length: legs }, (_, at) => phase(`leg ${at + 1}`, 250 + 10 * (seed % 8), false)),
  ],
});
const scenario = {
  name: 'leaks',
  description: '',
  source: 'leaks',
  workload,
  stacks: ['memory'],
  durability: 'none',
  options: { bus: { windowMessages: 50 }, storage: {} },
  thresholds: [],
  checks: [],
};

async function probe(habit: ReturnType<Habit>): Promise<MemoryTrace> {
  const directory = mkdtempSync(join(tmpdir(), 'testbed-leaks-'));
  const clock = new FakeClock();
  try {
    const played = probeMemory(
      {
        cell: {
          scenario,
          stack: { name: 'memory', bus: 'memory', storage: 'memory' },
          iteration: 1,
          seed,
        },
        bus: memoryBus,
        storage: memoryStorage,
        assemble: async (parts) => withHabit(await assemble(parts), habit),
        dataDirectory: directory,
        outputDirectory: directory,
        clock,
        environment: readEnvironment(),
        signal: new AbortController().signal,
        progress: () => {},
      },
      () => {},
    );
    return await clock.play(played);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

// What is compiled and made once belongs to none of them.
await probe(() => {});
const traces: { [name: string]: MemoryTrace } = {};
for (const [name, habit] of Object.entries({ ...leaks, cache: fills })) {
  traces[name] = await probe(habit(false));
  traces[`${name}, healthy`] = await probe(habit(true));
}
process.send?.(traces);
if (process.send === undefined) process.stdout.write(`${JSON.stringify(traces)}\n`);
process.disconnect?.();
