import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../core/random.ts';
import { writeIndex, writeRecord } from '../../reports/write-result.ts';
import { sampleIndex } from '../reports/sample-record.ts';
import { type Figure, median } from './figure.ts';
import { fillHistory, runsOf } from './history-store.ts';
import { runNode } from './processes.ts';

const rounds = 5;
const cells = [
  ['baseline', 'redis'],
  ['baseline', 'sqlite'],
  ['stress', 'redis'],
  ['stress', 'sqlite'],
] as const;
/** 500 results of 4 cells with 5 runs each: 10,000 records. */
const plan = { results: 500, cells, runs: 5, factor: (result: number) => (result < 300 ? 1 : 1.1) };

/** What the commands take that look into a history of 10,000 records, from the shell and back. */
export async function history(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'history-'));
  try {
    const store = join(folder, 'history.db');
    await fillHistory(store, 'main', plan, createRandom(1));
    const result = join(folder, 'result');
    const records = runsOf(plan, plan.results, createRandom(2));
    for (const record of records) await writeRecord(result, record);
    await writeIndex(result, sampleIndex(records));
    const megabytes = Math.round(statSync(store).size / 1e6);
    const commands: readonly (readonly [name: string, words: readonly string[]])[] = [
      ['trend', ['trend', 'event_delivery_ms:p99', '--baseline', 'main']],
      ['baseline list', ['baseline', 'list']],
      ['gate --baseline', ['gate', '--baseline', 'main', result]],
    ];
    const figures: Figure[] = [];
    for (const [name, words] of commands) {
      const taken: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const { code, stderr, wallMs } = await runNode(['bin/testbed.js', ...words, '--store', store]);
        // Planted numbers may FAIL or be too few for an answer; an answer they get.
        if (code === null || code > 2) throw new Error(`testbed ${name}: exit ${code}: ${stderr}`);
        taken.push(wallMs);
      }
      figures.push({
        name: `${name}, 10,000 records in ${megabytes} MB`,
        ours: median(taken),
        peer: null,
        peerName: '',
        unit: 'ms',
        target: { of: 'ours', operator: '<=', limit: 1000 },
      });
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
