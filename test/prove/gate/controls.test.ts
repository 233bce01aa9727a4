/**
 * What must not pass, played for real: each time one side alone is not as the other. What records can show by themselves (a
 * number that is missing, a histogram without samples, too few rounds) stands in test/reports/gate.test.ts.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inTurn, scratch } from '../../bin/command-line.ts';
import { type Answer, playComparison } from './comparison.ts';

const folder = scratch();
test.after(() => folder.remove());

type Options = { readonly [option: string]: number };

/** A gate over seven rounds, the fewest that one number can be judged by. */
async function gateOf(name: string, base: Options, head: Options): Promise<Answer> {
  const own = join(folder.path, name);
  mkdirSync(own);
  const side = (which: string, options: Options): string => {
    const file = join(own, `${which}.yaml`);
    writeFileSync(file, JSON.stringify({ bus: options }));
    return `options:${file}`;
  };
  const words = ['--base', side('base', base), '--head', side('head', head)];
  const scenario = join(import.meta.dirname, 'slowed.yaml');
  const judged = ['--looks', '7', '--primary', 'publish_ms', '--margin', 'publish_ms=10%/3%/0.1ms'];
  return playComparison([...words, scenario, ...judged], join(own, 'results'));
}

const [plain, slow] = [{ sleepMs: 20 }, { sleepMs: 30 }];
const [slower, faster, crashed, starved] = (await inTurn(
  [
    () => gateOf('slower', plain, slow),
    () => gateOf('faster', slow, plain),
    () => gateOf('crashed', plain, { ...plain, exitAfter: 60 }),
    () => gateOf('starved', { work: 200 }, { work: 200, hogs: 2 }),
  ],
  2,
  (play) => play(),
)) as [Answer, Answer, Answer, Answer];

test('a head that is slower is found, and with the labels swapped it is as much faster', () => {
  // A machine that is busy with other things says nothing; what it must not say is the opposite.
  assert.ok(['FAIL', 'INCONCLUSIVE'].includes(slower.verdict), slower.verdict);
  assert.ok(['PASS', 'INCONCLUSIVE'].includes(faster.verdict), faster.verdict);
  const [there, back] = [slower, faster].map(({ rows }) => Math.log(rows[0]?.ratio ?? Number.NaN)) as [
    number,
    number,
  ];
  assert.ok(there > 0 && back < 0, `x${Math.exp(there)}, swapped x${Math.exp(back)}`);
});

test('a side that crashes does not pass, however fast it was', () => {
  assert.is(crashed.verdict, 'INCONCLUSIVE');
  assert.match(crashed.reason, /^head left no record in 7 of 7 rounds$/);
});

test('a machine that is slower for one side does not pass', () => {
  assert.ok(['FAIL', 'DEGRADED', 'INCONCLUSIVE'].includes(starved.verdict), starved.verdict);
});

test.run();
