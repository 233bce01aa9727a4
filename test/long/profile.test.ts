/** Profilers on a real cell: their files are there, and name functions of the workload. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { clinicWords } from '../../bin/profile/clinic.ts';
import { readIndex, readRecords, resultIn, testbed } from '../bin/command-line.ts';

// biome-ignore format: a table
const rows: readonly (readonly [profiler: string, file: string])[] = [
  ['cpu', 'cpu-flame.svg'],
  ['heap', 'heap-flame.svg'],
  ['clinic:flame', 'clinic-flame.html'],
  ['clinic:doctor', 'clinic-doctor.html'],
];

// What npm would have to fetch is fetched where nothing may be skipped, and nowhere else by a test.
const clinicIsThere = clinicWords()[0] !== 'npm' || process.env['CI'] === 'true';

for (const [profiler, file] of rows) {
  if (profiler.startsWith('clinic') && !clinicIsThere) {
    process.stdout.write(`SKIP ${profiler}: clinic is not installed (npm install --global clinic)\n`);
    test.skip(profiler);
    continue;
  }
  test(`${profiler} leaves ${file} beside the record`, async () => {
    const output = mkdtempSync(join(tmpdir(), 'testbed-profiled-'));
    try {
      const words = ['run', '--scenario', 'smoke', '--stacks', 'sqlite', '--profile-with', profiler];
      await testbed([...words, '--output', output]);
      const folder = resultIn(output);
      const [record] = readRecords(folder);
      const cell = join(folder, dirname(readIndex(folder).cells[0]?.record ?? ''));
      assert.ok(record?.files.includes(file), `${record?.files}`);
      const page = readFileSync(join(cell, file), 'utf8');
      // Doctor shows the process as a whole, and no function by name.
      if (profiler !== 'clinic:doctor') assert.match(page, /core\/|scenarios\/|adapters\//);
      assert.equal(
        readdirSync(cell).filter((name) => name === 'data'),
        [],
      );
      assert.ok(record?.findings.some(({ about }) => about === 'profiler'));
    } finally {
      rmSync(output, { recursive: true, force: true });
    }
  });
}

test('profile_on: fail plays a cell that failed once more, and its verdict stays', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'testbed-profiled-'));
  try {
    const file = join(folder, 'failing.yaml');
    const bound = 'thresholds: { spawn_ms: "avg < 0.000001 ms" }';
    writeFileSync(file, `name: failing\nextends: smoke\nstacks: [memory]\nprofile_on: fail\n${bound}\n`);
    const output = join(folder, 'out');
    const { code } = await testbed(['run', file, '--output', output]);
    const [record] = readRecords(resultIn(output));
    assert.is(code, 1);
    assert.is(record?.verdict, 'FAIL');
    assert.ok(record?.files.includes('cpu-flame.svg'), `${record?.files}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
