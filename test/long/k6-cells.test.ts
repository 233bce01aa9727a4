/** Whole cells with k6 as their driver, by a double of it; no k6 is run. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { k6Install } from '../../bin/drivers/find-k6.ts';
import { wantsOfTime } from '../../reports/generator-doubts.ts';
import type { RunRecord } from '../../reports/record.ts';
import {
  type Ended,
  readIndex,
  readRecords,
  resultIn,
  scratch,
  testbed,
  writeScenario,
} from '../bin/command-line.ts';
import { type DoubleOptions, placeK6 } from '../doubles/k6/place.ts';

const folder = scratch();
test.after(() => folder.remove());

/** No k6 of this machine is found. */
const nowhere = { PATH: '/nonexistent', GOBIN: undefined, HOME: folder.path };

const scenario = (name: string, driver: Parameters<typeof writeScenario>[2] = {}): string =>
  writeScenario(folder.path, name, {
    driver: 'k6',
    ...driver,
    workload: {
      events: '40/s',
      reads: '20/s',
      messages: '20/s',
      deadline: '2s',
      phases: [
        { name: 'warmup', for: '200ms', warmup: true },
        { name: 'steady', for: '500ms' },
        { name: 'more', for: '300ms', rate: 'x2' },
      ],
    },
    thresholds: {
      errors: 'value <= 0',
      publish_ms: 'p(50) < 5s',
      event_delivery_ms: 'avg < 5s',
      read_ms: 'avg < 5s',
    },
    checks: ['no-lost-acked', 'no-phantom', 'order-per-key', 'at-least-once'],
  });

function playWith(file: string, double: DoubleOptions, output: string): Promise<Ended> {
  const k6 = placeK6(join(output, 'bin'), double);
  return testbed(['run', file, '--k6', k6, '--output', join(output, 'results')]);
}

function recordIn(output: string): RunRecord {
  const [record] = readRecords(resultIn(join(output, 'results')));
  return record as RunRecord;
}

test('a healthy double passes: the same metrics, checks and thresholds as of our own load', async () => {
  const file = scenario('healthy');
  const output = join(folder.path, 'healthy');
  const { stdout } = await playWith(file, {}, output);
  const { generator, metrics, checks, series, environment, findings, verdict } = recordIn(output);
  // A machine that is busy with other things makes it late, and the cell INCONCLUSIVE for that alone.
  const doubts = findings.filter((finding) => finding.verdict === 'INCONCLUSIVE').map(({ about }) => about);
  assert.ok(
    doubts.every((about) => wantsOfTime.includes(about)),
    stdout,
  );
  assert.is(verdict, doubts.length === 0 ? 'PASS' : 'INCONCLUSIVE', stdout);
  const { model, tool, resolution, requests, unanswered, dropped } = generator as { [name: string]: unknown };
  assert.equal([model, tool, resolution], ['open, evenly spaced by k6', 'k6 v1.3.0', '1 ms']);
  // 20 and 24 events, 10 and 12 reads.
  assert.equal([requests, unanswered, dropped], [66, 0, 0]);
  assert.is((metrics['publish_ms'] as { count: number }).count, 44);
  assert.is((metrics['read_ms'] as { count: number }).count, 22);
  assert.is((metrics['event_delivery_ms'] as { count: number }).count, 88);
  assert.is((metrics['service_ms'] as { count: number }).count, 66);
  assert.equal([metrics['consumer_lag'], series['consumer_lag']], [undefined, undefined]);
  assert.is((environment['gateway'] as { driver: string }).driver, 'k6');
  assert.equal(
    checks.map((check) => check.verdict),
    ['PASS', 'PASS', 'PASS', 'PASS'],
  );
});

test('a script of the user is the load, and says so', async () => {
  const script = join(folder.path, 'mine.ts');
  writeFileSync(
    script,
    `import http from 'k6/http';
declare const __ENV: { readonly [name: string]: string };
export default function (): void {
  http.get(\`\${__ENV['TESTBED_URL']}/health\`);
}
`,
  );
  const file = scenario('own', { driver: { k6: './mine.ts' } });
  const output = join(folder.path, 'own');
  const { stdout } = await playWith(file, {}, output);
  const { generator, metrics, findings } = recordIn(output);
  assert.equal([generator['model'], generator['requests']], ["k6: as the user's script says", 44], stdout);
  assert.is((metrics['service_ms'] as { count: number }).count, 44);
  assert.is(metrics['publish_ms'], undefined);
  assert.not.ok(findings.some(({ about }) => about === 'requests disagree'));
});

test('one that drops iterations is never a pass', async () => {
  const output = join(folder.path, 'drops');
  const { code } = await playWith(scenario('drops'), { fault: 'drops iterations' }, output);
  assert.is(code, 2);
  const { verdict, findings, metrics } = recordIn(output);
  assert.is(verdict, 'INCONCLUSIVE');
  assert.ok(findings.some(({ about }) => about === 'k6 dropped iterations'));
  assert.is((metrics['late_sends'] as { value: number }).value, 8);
});

interface Missing {
  readonly what: string;
  readonly words?: readonly string[];
  readonly double?: DoubleOptions;
  readonly ci?: boolean;
  readonly code: number;
  readonly says: RegExp;
}

const install = new RegExp(RegExp.escape(k6Install));

const missing: readonly Missing[] = [
  { what: 'without k6 the cell is UNSUPPORTED, with the command', code: 2, says: install },
  { what: 'so it is on a stack that was named', words: ['--stacks', 'memory'], code: 2, says: install },
  { what: 'in CI that is an error', ci: true, code: 4, says: install },
  {
    what: 'a path that leads to none is a mistake',
    words: ['--k6', '/nonexistent/k6'],
    code: 3,
    says: /there is no k6 to be run/,
  },
  {
    what: 'one that takes no TypeScript is UNSUPPORTED',
    double: { version: 'v0.56.0' },
    code: 2,
    says: /xk6-ts/,
  },
  {
    what: 'one that ends before its load could not be run',
    double: { fault: 'throws' },
    code: 4,
    says: /ended with 107/,
  },
];

for (const [at, { what, words = [], double, ci = false, code, says }] of missing.entries()) {
  test(what, async () => {
    const output = join(folder.path, `missing-${at}`);
    const named = double === undefined ? [] : ['--k6', placeK6(join(output, 'bin'), double)];
    const ended = await testbed(
      ['run', scenario('missing'), ...words, ...named, '--output', join(output, 'results')],
      {
        env: { ...nowhere, ...(ci && { CI: 'true' }) },
      },
    );
    const said = `${ended.stdout}\n${ended.stderr}`.replaceAll(/\s+/g, ' ');
    assert.is(ended.code, code, said);
    assert.match(said, says);
    if (code !== 2) return;
    assert.equal(
      readIndex(resultIn(join(output, 'results'))).cells.map(({ verdict }) => verdict),
      ['UNSUPPORTED'],
    );
  });
}

test.run();
