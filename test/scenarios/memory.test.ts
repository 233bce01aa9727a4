import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AgentsWeight, type MemorySample, weighAgents } from '../../scenarios/run/memory.ts';

const sample = (heapBytes: number): MemorySample => ({
  heapBytes,
  codeBytes: 0,
  externalBytes: 0,
  arrayBuffersBytes: 0,
  rssBytes: 0,
  mallocedBytes: 0,
});

type Weighed = readonly [without: number | null, having: number | null, there: number, wanted: number];
// biome-ignore format: a table
const rows: readonly (readonly [name: string, weighed: Weighed, weight: AgentsWeight | null])[] = [
  ['all of them are there', [1e6, 1.5e6, 500, 500], { bytes: 5e5, perAgentBytes: 1000 }],
  ['some are missing', [1e6, 1.5e6, 499, 500], null],
  ['none is there', [1e6, 1.5e6, 0, 500], null],
  ['enough to be weighed', [1e6, 1.1e6, 100, 100], { bytes: 1e5, perAgentBytes: 1000 }],
  ['too few to be weighed each', [1e6, 1.1e6, 99, 99], { bytes: 1e5, perAgentBytes: null }],
  ['nobody was wanted', [1e6, 1.1e6, 0, 0], null],
  ['the heap could not be collected', [null, null, 500, 500], null],
];
for (const [name, [without, having, there, wanted], weight] of rows) {
  test(`what agents weigh: ${name}`, () => {
    const [empty, full] = [without, having].map((heap) => (heap === null ? null : sample(heap)));
    assert.equal(weighAgents(empty ?? null, full ?? null, there, wanted), weight);
  });
}

test.run();
