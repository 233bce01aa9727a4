/** Planted leaks, each with a twin that lets go: eight fresh processes play all of them, and the judge says which is which. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LeakReport } from '../../reports/leaks/judge-leaks.ts';
import { readIndex, readRecords, resultIn, scratch, testbed, writeScenario } from '../bin/command-line.ts';
import { judgePlanted, playSearch, rule } from '../doubles/leaks/search.ts';
import { leaks } from '../doubles/leaks/table.ts';

const searchOf = (search: number) => playSearch(search, Math.min(2, availableParallelism()));
const played = searchOf(0);

async function judged(name: string): Promise<ReturnType<typeof judgePlanted>> {
  return judgePlanted(await played, name);
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
  let cleared = '';
  // What others do to the machine can leave a search open, which is played again. None may call it a leak.
  for (let search = 0; search < 3 && cleared !== 'PASS'; search++) {
    const { first, last } = judgePlanted(search === 0 ? await played : await searchOf(search), 'cache');
    assert.ok((heapOf(first).first.low ?? 0) > rule.aboveBytes, JSON.stringify(heapOf(first)));
    cleared = heapOf(last).verdict;
    assert.is.not(cleared, 'FAIL', JSON.stringify(heapOf(last)));
  }
  assert.is(cleared, 'PASS');
  assert.is((await judged('cache, healthy')).first.verdict, 'PASS');
});

test("the command line finds one in somebody's module, and names what holds it", async () => {
  const { path, remove } = scratch();
  try {
    const scenario = writeScenario(path, 'leaking', {
      workload: {
        events: '4000/s',
        batch: 20,
        eventBus: { logLimit: 50 },
        phases: [
          { name: 'warmup', for: '300ms', warmup: true },
          { name: 'steady', for: '500ms' },
        ],
      },
      stacks: [join(import.meta.dirname, '../doubles/leaks/map-stack.ts')],
      options: { bus: { windowMessages: 50 } },
      leaks: { above: '100B' },
    });
    const output = join(path, 'out');
    const { code, stdout } = await testbed(['run', scenario, '--output', output], { patienceMs: 200_000 });
    assert.is(code, 1, stdout);
    const folder = resultIn(output);
    const [record] = readRecords(folder);
    const leak = record?.checks.find(({ check }) => check === 'no-leak');
    assert.is(leak?.verdict, 'FAIL', leak?.detail);
    assert.match(leak?.evidence[0] ?? '', /^held by Pending: \S+ kB more/);
    const at = join(folder, readIndex(folder).cells[0]?.record ?? '', '..');
    for (const file of ['memory.json', 'before.heapsnapshot', 'after.heapsnapshot']) {
      assert.ok(record?.files.includes(file) && existsSync(join(at, file)), file);
    }
  } finally {
    remove();
  }
});

test.run();
