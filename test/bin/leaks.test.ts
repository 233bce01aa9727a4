/** A search for leaks: what its processes play, and what comes of it into the record of its cell. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { growthText } from '../../bin/leaks/growth-text.ts';
import { probeCell } from '../../bin/leaks/probe-cell.ts';
import { loadScenario } from '../../config/load-scenario.ts';
import type { LeakReport } from '../../reports/leaks/judge-leaks.ts';
import { leakCheck } from '../../reports/leaks/leak-text.ts';
import { withLeaks } from '../../reports/leaks/with-leaks.ts';
import type { Cell } from '../../scenarios/scenario.ts';
import { sampleRecord } from '../reports/sample-record.ts';

const search = { aboveBytes: 50, processes: 8, forMs: 60_000 };

function cellOf(profile: 'quick' | 'full'): Cell {
  const scenario = loadScenario('soak', { profile, env: {} });
  return { scenario, stack: { name: 'memory', bus: 'memory', storage: 'memory' }, iteration: 1, seed: 7 };
}

const playedMs = ({ scenario: { workload } }: Cell): number =>
  workload.phases.reduce((sum, { warmup, forMs }) => sum + (warmup ? 0 : forMs), 0);

test('processes play the load in legs, each a little more of it than the one before, for no longer than is said', () => {
  const cells = Array.from({ length: 8 }, (_, index) => probeCell(cellOf('full'), search, 1, index));
  const times = cells.map(playedMs).map(Math.round);
  assert.equal([times[0], times[7]], [54_000, 66_000]);
  assert.equal(
    times,
    times.toSorted((left, right) => left - right),
  );
  assert.is(new Set(cells.map(({ seed }) => seed)).size, 8);
  const [cell] = cells;
  assert.equal(
    cell?.scenario.workload.phases.map(({ name }) => name),
    ['warmup', 'leg 1', 'leg 2', 'leg 3', 'leg 4'],
  );
  assert.is(cell?.scenario.leaks, undefined);
});

test('twice the work is twice the legs, of the same length; what is shorter than the longest is played as it is', () => {
  const [once, twice] = ([1, 2] as const).map((times) => probeCell(cellOf('quick'), search, times, 0));
  assert.is(Math.round(playedMs(once as Cell)), 4500);
  assert.is(Math.round(playedMs(twice as Cell)), 9000);
  assert.is(twice?.scenario.workload.phases.length, 9);
  assert.is.not(once?.seed, twice?.seed);
});

test('faults are for the cell itself', () => {
  const cell = cellOf('quick');
  const faults = loadScenario('drill-redis-kill', { profile: 'quick', env: {} }).faults ?? [];
  assert.ok(faults.length > 0);
  assert.is(
    probeCell({ ...cell, scenario: { ...cell.scenario, faults } }, search, 1, 0).scenario.faults,
    undefined,
  );
});

const slope = (estimate: number) => ({ estimate, low: estimate - 5, high: estimate + 5 });
const report = (verdict: LeakReport['verdict']): LeakReport => ({
  verdict,
  rows: [
    { memory: 'heap', verdict, first: slope(120), last: slope(110), detectable: 60, why: 'goes on growing' },
    {
      memory: 'external',
      verdict: 'PASS',
      first: slope(0),
      last: null,
      detectable: 52,
      why: 'grows by less',
    },
  ],
  rss: slope(300),
  processes: 8,
  operations: 6000,
});

test('the check says the slopes, how sure they are, and what could have been seen', () => {
  const { verdict, detail, evidence } = leakCheck(report('FAIL'), search, ['held by Log: 1 kB more, 1 new']);
  assert.is(verdict, 'FAIL');
  assert.is(
    detail,
    'heap 120 B/op [115, 125], at the end of twice the work 110 B/op [105, 115]: goes on growing; ' +
      'external 0.0 B/op [-5.0, 5.0]: grows by less, could have seen 52.0 B/op; RSS 300 B/op [295, 305], not judged; ' +
      '8 processes, 6000 operations and more each; a leak is more than 50 B/op',
  );
  assert.is(evidence.length, 1);
  assert.equal(
    leakCheck(report('PASS'), search, ['something']).evidence,
    [],
    'nothing speaks against what holds',
  );
});

test('a leak fails a cell in which all else is well', () => {
  const record = sampleRecord({ asked: ['no-phantom'] });
  assert.is(record.verdict, 'PASS');
  const study = { check: leakCheck(report('FAIL'), search, []), heapSlope: 120, files: ['memory.json'] };
  const judged = withLeaks(record, study);
  assert.is(judged.verdict, 'FAIL');
  assert.equal(judged.asked, ['no-phantom', 'no-leak']);
  assert.is(judged.checks.at(-1)?.check, 'no-leak');
  assert.equal(judged.metrics['heap_slope'], { unit: 'B/op', value: 120 });
  assert.is(judged.files.at(-1), 'memory.json');
  const unmeasured = withLeaks(judged, { ...study, heapSlope: null });
  assert.is(unmeasured.metrics['heap_slope'], undefined, 'what no process says is not measured');
});

test('evidence is what grew most, and not what V8 does by the way', () => {
  const one = (name: string, bytes: number) => ({ name, bytes, count: 1, heldBy: '' });
  const grown = { components: [one('Log', 9000), one('Tally', 100)], kinds: [one('Entry', 8000)] };
  assert.equal(growthText(grown), [
    'held by Log: 9.0 kB more, 1 new',
    'of the kind Entry: 8.0 kB more, 1 new',
  ]);
  assert.equal(growthText(null), []);
});

test.run();
