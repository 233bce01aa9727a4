import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startProfiler } from '../../bin/profile/profiler.ts';
import { drawFlame } from '../../reports/plots/flame.ts';

function spinForAWhile(): number {
  let sum = 0;
  for (let at = 0; at < 30_000_000; at++) sum += Math.sqrt(at);
  return sum;
}

const held: unknown[] = [];
function holdOnToALot(): void {
  for (let at = 0; at < 20_000; at++) held.push({ at, text: `number ${at}`.repeat(4) });
}

for (const [name, work, named] of [
  ['cpu', spinForAWhile, 'spinForAWhile'],
  ['heap', holdOnToALot, 'holdOnToALot'],
] as const) {
  test(`${name}: the files are there, and name the function that did it`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'testbed-profile-'));
    try {
      const stop = await startProfiler(name, folder);
      work();
      const files = await stop();
      assert.equal(files, [`${name}.${name}profile`, `${name}-flame.svg`]);
      for (const file of files) assert.match(readFileSync(join(folder, file), 'utf8'), named);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test('a flame graph: what was called stands above who called it, as wide as its share', () => {
  const drawn = drawFlame('CPU', 'ms', [
    { frames: ['main', 'a<b'], weight: 30 },
    { frames: ['main'], weight: 10 },
    { frames: ['other'], weight: 60 },
  ]);
  assert.match(drawn, /main: 40\.0 ms, 40\.0 %<\/title><rect x="0" y="62" width="479\.5"/);
  assert.match(drawn, /a&lt;b: 30\.0 ms, 30\.0 %<\/title><rect x="0" y="45" width="359\.5"/);
  assert.match(drawn, /other: 60\.0 ms, 60\.0 %<\/title><rect x="480" y="62"/);
});

test('of nothing there is a graph with nothing in it', () => {
  assert.not.match(drawFlame('CPU', 'ms', []), /NaN|Infinity/);
});

test.run();
