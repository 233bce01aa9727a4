import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesPerAgent, type MemorySample } from '../../scenarios/run/memory.ts';

const sample = (heapBytes: number): MemorySample => ({
  heapBytes,
  externalBytes: 0,
  rssBytes: 0,
  mallocedBytes: 0,
});

type Weighed = readonly [without: number | null, having: number | null, there: number, wanted: number];
// biome-ignore format: a table
const rows: readonly (readonly [name: string, weighed: Weighed, bytes: number | null])[] = [
  ['all of them are there', [1e6, 1.5e6, 500, 500], 1000],
  ['some are missing', [1e6, 1.5e6, 499, 500], null],
  ['none is there', [1e6, 1.5e6, 0, 500], null],
  ['enough to be weighed', [1e6, 1.1e6, 100, 100], 1000],
  ['too few to be weighed', [1e6, 1.1e6, 99, 99], null],
  ['the heap could not be collected', [null, null, 500, 500], null],
];
for (const [name, [without, having, there, wanted], bytes] of rows) {
  test(`an agent's weight: ${name}`, () => {
    const [empty, full] = [without, having].map((heap) => (heap === null ? null : sample(heap)));
    assert.is(bytesPerAgent(empty ?? null, full ?? null, there, wanted), bytes);
  });
}

test.run();
