import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Ended,
  inTurn,
  resultIn,
  type ScenarioChange,
  scratch,
  testbed,
  undisturbed,
  writeScenario,
} from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());

const scenarios: { readonly [name: string]: ScenarioChange } = {
  passes: {},
  degrades: { thresholds: { event_delivery_ms: { pass: 'avg < 10s', healthy: 'avg < 1us' } } },
  fails: { thresholds: { event_delivery_ms: 'avg < 1us' } },
  'too-few': { thresholds: { event_delivery_ms: 'p(99.9) < 10s' } },
  unfed: { thresholds: { message_routing_ms: 'avg < 10s' } },
  'nothing-asked': { thresholds: {}, checks: [] },
  'too-fast': { workload: { events: '9000000/s', payload: { size: '16B' } } },
  'needs-disk': { durability: 'power-loss' },
  // Long enough for many looks at the bound, however late a busy machine makes each; the first one that can tell ends it.
  aborts: {
    workload: { phases: [{ name: 'steady', for: '20s' }] },
    thresholds: { event_delivery_ms: { pass: 'avg < 10s', abort: 'avg > 1us over 100ms' } },
  },
};
for (const [name, change] of Object.entries(scenarios)) writeScenario(folder.path, name, change);

interface Row {
  readonly files: readonly string[];
  readonly flags?: readonly string[];
  readonly code: number;
  readonly says: RegExp;
  /** What `show` gives for the same result with other `--fail-on`. */
  readonly shown?: { readonly [failOn: string]: number };
}

// biome-ignore format: a table
const rows: readonly Row[] = [
  { files: ['passes'], code: 0, says: /PASS, exit 0/, shown: { fail: 0, degraded: 0, unsupported: 0 } },
  { files: ['degrades'], code: 0, says: /DEGRADED, exit 0/, shown: { fail: 0, degraded: 1, unsupported: 1 } },
  { files: ['degrades'], flags: ['--fail-on', 'degraded'], code: 1, says: /exit 1: --fail-on degraded/ },
  { files: ['unfed', 'fails'], code: 1, says: /FAIL, exit 1/, shown: { fail: 1 } },
  { files: ['too-few'], code: 2, says: /too few samples: p\(99.9\) needs 10000/, shown: { fail: 2, unsupported: 2 } },
  { files: ['unfed'], code: 2, says: /message_routing_ms avg < 10 s: not measured/ },
  { files: ['nothing-asked'], code: 2, says: /INCONCLUSIVE, exit 2/ },
  { files: ['too-fast'], code: 2, says: /INCONCLUSIVE memory: late sends: \d+ of \d+ sends were due/ },
  { files: ['needs-disk', 'passes'], code: 0, says: /1 PASS, 1 UNSUPPORTED/, shown: { degraded: 0, unsupported: 1 } },
  { files: ['needs-disk', 'passes'], flags: ['--fail-on', 'unsupported'], code: 1, says: /exit 1: --fail-on/ },
  { files: ['passes'], flags: ['--stacks', 'memory', '--durability', 'power-loss'], code: 2,
    says: /UNSUPPORTED memory: bus memory cannot be durable to "power-loss"/, shown: { fail: 2, unsupported: 1 } },
  { files: ['aborts'], code: 1, says: /FAIL memory: abort: stopped after .*event_delivery_ms avg > 1 us over 100 ms/ },
];

test('each verdict ends with its exit code, by a cause of its own; show gives the same', async () => {
  await inTurn([...rows.entries()], 2, async ([number, { files, flags = [], code, says, shown = {} }]) => {
    const paths = files.map((name) => join(folder.path, `${name}.yaml`));
    const play = (output: string): Promise<Ended> =>
      testbed(['run', ...paths, ...flags, '--output', output], { cwd: folder.path });
    const { output, ...ended } = await undisturbed(join(folder.path, `out-${number}`), play);
    const what = `run ${[...files, ...flags].join(' ')}:\n${ended.stdout}${ended.stderr}`;
    assert.is(ended.code, code, what);
    assert.match(ended.stdout, says, what);
    assert.not.match(ended.stdout + ended.stderr, /\n\s+at .*:\d+:\d+\)?\n/, `a stack trace: ${what}`);
    const result = resultIn(output);
    assert.equal(
      readdirSync(result).sort(),
      ['cells', 'index.json', 'plan.json', 'run.log', 'summary.md'],
      what,
    );
    for (const [failOn, expected] of Object.entries(shown)) {
      const again = await testbed(['show', result, '--fail-on', failOn]);
      assert.is(again.code, expected, `show --fail-on ${failOn} after ${what}`);
    }
  });
});

test.run();
