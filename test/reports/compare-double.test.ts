/** Comparisons of records that were really measured, in virtual time: what arithmetic says of the doubles is what is told. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { comparisonsOf } from '../../reports/formats/compare-sheet.ts';
import { formats } from '../../reports/formats/table-of-formats.ts';
import type { RunRecord } from '../../reports/record.ts';
import { playShortCell } from '../doubles/short-cell.ts';
import { slowerPublish } from '../doubles/slower-publish.ts';
import { comparison } from './compare-rounds.ts';

const workload = { eventsPerS: 300, messagesPerS: 0, chain: null };

/** One bus publishes in 1 ms, the other takes 2 ms more; two rounds of both. */
async function rounds(): Promise<readonly RunRecord[]> {
  const records: RunRecord[] = [];
  for (const iteration of [1, 2]) {
    const plain = await playShortCell({ workload, bus: slowerPublish(1) });
    const slow = await playShortCell({ workload, bus: slowerPublish(3) });
    records.push({ ...plain, iteration }, { ...slow, stack: 'slow', iteration });
  }
  return records;
}
const records = await rounds();

/** Far finer than what histograms tell apart. */
const near = (value: number | undefined, expected: number): void =>
  assert.ok(Math.abs((value ?? Number.NaN) / expected - 1) < 0.001, `${value}, not ${expected}`);

test('2 ms more per publish are three times as long beside 1 ms', () => {
  const [found] = comparisonsOf(comparison(records));
  const row = found?.rows.find(({ metric, aggregator }) => metric === 'publish_ms' && aggregator === 'avg');
  const [plain, slow] = row?.cells ?? [];
  near(plain?.spread?.median, 1);
  near(slow?.spread?.median, 3);
  near(slow?.ratio?.rounds.min, 3);
  near(slow?.ratio?.rounds.max, 3);
  assert.equal([plain?.best, slow?.best, slow?.told, plain?.ratio], [true, false, true, null]);
});

test('it is printed as that, and what does not wait for publishing is the same', () => {
  const text = formats.compare(comparison(records), {});
  assert.match(text, /^publish_ms +avg +1\* +3\n +x3\.00$/m);
  assert.match(text, /The same wherever it was measured: .*events_per_s/s);
});

test('the order of the columns changes no number', () => {
  const backwards = [...records].sort((left, right) => (left.stack < right.stack ? 1 : -1));
  const cellsOf = (cells: readonly RunRecord[]): unknown => {
    const [found] = comparisonsOf(comparison(cells));
    const { stacks = [], rows = [], alike = [] } = found ?? {};
    return [...rows, ...alike].map(({ metric, aggregator, cells }) => [
      metric,
      aggregator,
      ...['memory', 'slow'].map((name) => cells[stacks.findIndex(({ stack }) => stack === name)]),
    ]);
  };
  assert.is.not(backwards[0]?.stack, records[0]?.stack);
  assert.equal(cellsOf(backwards), cellsOf(records));
});

test('the other stack as the reference turns every ratio over, and no value', () => {
  const ratios = (reference: string): Map<string, number> => {
    const [found] = comparisonsOf(comparison(records, reference));
    return new Map(
      (found?.rows ?? []).flatMap(({ metric, aggregator, cells }) =>
        cells.flatMap(({ ratio }) => (ratio ? [[`${metric} ${aggregator}`, ratio.ratio] as const] : [])),
      ),
    );
  };
  const [there, back] = [ratios('memory'), ratios('slow')];
  assert.ok(there.size > 3);
  for (const [name, ratio] of there) near(back.get(name), 1 / ratio);
});

test('a stack that dies in the middle costs its own cells, and is said to have', () => {
  const [first, , third, fourth] = records as [RunRecord, RunRecord, RunRecord, RunRecord];
  const died = {
    stack: 'slow',
    iteration: 1,
    verdict: 'INCONCLUSIVE',
    reason: 'its process ended with SIGKILL',
  } as const;
  const cells = [first, died, third, fourth].map((cell) =>
    'schemaVersion' in cell ? cell : { ...cell, scenario: 'short' },
  );
  const text = formats.compare(comparison(cells), {});
  assert.match(text, /reference +1 of 2 rounds/);
  assert.match(text, /^publish_ms +avg +1 +3\n +x3\.00 of 1$/m);
  assert.match(text, /^INCONCLUSIVE slow #1: its process ended with SIGKILL$/m);
  const [found] = comparisonsOf(comparison(cells));
  assert.equal(
    found?.stacks.map((stack) => stack.rounds),
    [2, 1],
  );
});

test.run();
