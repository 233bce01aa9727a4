/** A comparison of records that were really measured: the memory bus, and one that takes 2 ms more per publish. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { comparisonsOf } from '../../reports/formats/compare-sheet.ts';
import type { RunRecord } from '../../reports/record.ts';
import { runShortCell } from '../doubles/short-cell.ts';
import { addedMs, slowerPublish } from '../doubles/slower-publish.ts';
import { comparison } from './compare-rounds.ts';

const workload = { eventsPerS: 300, messagesPerS: 0, chain: null };

test('2 ms more per publish are seen as what they are', async () => {
  const records: RunRecord[] = [];
  for (const iteration of [1, 2]) {
    const plain = await runShortCell({ workload });
    const slow = await runShortCell({ workload, bus: slowerPublish });
    records.push({ ...plain, iteration }, { ...slow, stack: 'slow', iteration });
  }
  const [found] = comparisonsOf(comparison(records));
  const [plain, slow] =
    found?.rows.find(({ metric, aggregator }) => metric === 'publish_ms' && aggregator === 'avg')?.cells ??
    [];
  // A timer comes at most its own millisecond early; how late it comes is the machine's affair, and so is the ratio.
  assert.ok((slow?.spread?.min ?? 0) >= addedMs - 1, `${slow?.spread?.min} ms`);
  const averages = (stack: string): number[] =>
    records.flatMap(({ stack: own, metrics: { publish_ms: metric } }) =>
      own === stack && metric !== undefined && 'avg' in metric ? [metric.avg] : [],
    );
  const [before, after] = [averages('memory'), averages('slow')];
  const ratios = after.map((average, at) => average / (before[at] as number));
  assert.ok(Math.abs((slow?.ratio?.rounds.min ?? 0) / Math.min(...ratios) - 1) < 1e-9);
  assert.ok(Math.abs((slow?.ratio?.rounds.max ?? 0) / Math.max(...ratios) - 1) < 1e-9);
  assert.ok((plain?.spread?.min ?? 0) > 0 && plain?.ratio === null);
});

test.run();
