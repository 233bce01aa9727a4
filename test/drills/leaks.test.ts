/** Planted leaks, each with a twin that lets go: eight fresh processes play all of them, and the judge says which is which. */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { judgeLeaks, type LeakReport } from '../../reports/leaks/judge-leaks.ts';
import type { MemoryTrace } from '../../reports/leaks/trace.ts';
import { leaks } from '../doubles/leaks/table.ts';

type Traces = { readonly [name: string]: MemoryTrace };

const rule = { aboveBytes: 50, processes: 8 };
const legs = 4;

function play(seed: number): Promise<Traces> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'leaks-process.ts'), [`${seed}`], {
      execArgv: ['--expose-gc', '--no-warnings'],
    });
    child.on('message', (traces: Traces) => resolve(traces));
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`a process of leaks ended with exit code ${code}`)));
  });
}

const played = (async () => {
  const waiting = Array.from({ length: rule.processes }, (_, at) => at + 1);
  const traces: Traces[] = [];
  const worker = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift())
      traces.push(await play(seed));
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
  return traces;
})();

/** As a search judges: the first half of what each did is the work, and all of it twice that. */
async function judged(name: string): Promise<{ readonly first: LeakReport; readonly last: LeakReport }> {
  const traces = (await played).map((each) => each[name] as MemoryTrace);
  for (const { problem } of traces) assert.is(problem, null);
  const once = traces.map(({ points, ...rest }) => ({ ...rest, points: points.slice(0, legs + 1) }));
  return { first: judgeLeaks(once, null, rule), last: judgeLeaks(once, traces, rule) };
}

const heapOf = ({ rows }: LeakReport) => rows[0] as LeakReport['rows'][0];

for (const name of Object.keys(leaks)) {
  test(`${name} that are kept are a leak`, async () => {
    const { first, last } = await judged(name);
    assert.is(first.verdict, 'INCONCLUSIVE', 'nothing is called a leak before it is confirmed');
    assert.is(heapOf(last).verdict, 'FAIL', JSON.stringify(heapOf(last)));
  });

  test(`${name} that are let go of are none`, async () => {
    const { first } = await judged(`${name}, healthy`);
    assert.is(first.verdict, 'PASS', JSON.stringify(first.rows));
    assert.ok((heapOf(first).detectable ?? Number.NaN) < 100, JSON.stringify(heapOf(first)));
  });
}

test('a cache that fills and stops is suspected, and cleared by twice the work', async () => {
  const { first, last } = await judged('cache');
  assert.ok((heapOf(first).first.low ?? 0) > rule.aboveBytes, JSON.stringify(heapOf(first)));
  assert.is(heapOf(last).verdict, 'PASS', JSON.stringify(heapOf(last)));
  assert.is((await judged('cache, healthy')).first.verdict, 'PASS');
});

test.run();
