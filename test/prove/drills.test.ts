/** The committed list of the drills says what they still come to: a few, drawn by the day, are played again on real servers. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../reports/record.ts';
import { inTurn, scratch } from '../bin/command-line.ts';
import { sampleRecord } from '../reports/sample-record.ts';
import { type DrillOutcome, hashOf, leastFaulted, playDrill } from './drill.ts';
import { type DrillList, drills, nodeDrills } from './drill-list.ts';
import { readDrills } from './evidence.ts';
import { sampleOf, today } from './sample.ts';

const listed = [drills, nodeDrills].flatMap(readDrills);
const passedIn = (list: DrillList): readonly DrillOutcome[] =>
  readDrills(list).filter(({ verdict }) => verdict === 'PASS');

test('what passed met a fault often enough, and nothing failed', () => {
  for (const { scenario, stack, seed, verdict, faultedOperations, hash } of listed) {
    const drill = `${scenario} ${stack} ${seed}`;
    assert.is.not(scenario, '', drill);
    assert.is.not(verdict, 'FAIL', drill);
    if (verdict === 'PASS') assert.ok(faultedOperations >= leastFaulted && hash !== null, drill);
  }
});

const sample = [...sampleOf(passedIn(drills), 2, today()), ...sampleOf(passedIn(nodeDrills), 1, today())];
test(`played again: ${sample.map(({ stack, seed }) => `${stack} with seed ${seed}`).join(', ')}`, async () => {
  const folder = scratch();
  try {
    const again = await inTurn(sample, 2, (drill) => playDrill(drill, folder.path, 2));
    for (const [at, { stack, seed, verdict, hash, reason }] of again.entries()) {
      const drill = `${stack}, seed ${seed}: ${verdict} ${reason}`;
      // A machine that is busy with other things says nothing of the drill.
      if (verdict === 'INCONCLUSIVE') process.stdout.write(`${drill}\n`);
      else assert.equal([verdict, hash], [sample[at]?.verdict, sample[at]?.hash], drill);
    }
  } finally {
    folder.remove();
  }
});

test('the hash is of what a drill comes to, not of when it was played', () => {
  const record = sampleRecord() as RunRecord;
  const hash = hashOf(record);
  assert.is(hashOf({ ...record, startedAt: '2030-01-01T00:00:00.000Z', durationMs: 1, metrics: {} }), hash);
  assert.is.not(hashOf({ ...record, seed: record.seed + 1 }), hash);
  assert.is.not(hashOf({ ...record, verdict: 'FAIL' }), hash);
});

test.run();
