import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeIndex, writeRecord } from '../../reports/write-result.ts';
import { type Figure, median } from './figure.ts';
import { hundredCells } from './hundred-cells.ts';
import { runNode } from './processes.ts';

const rounds = 3;
/** As many hundred cells as a quarterly report measures. */
const results = 3;

/** The quarterly report of 300 cells, from their folders to all its files, beside Node's own start. */
export async function quarterly(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'testbed-bench-'));
  try {
    const folders = await Promise.all(
      Array.from({ length: results }, (_, at) => keptIn(join(folder, `${at}`))),
    );
    const taken: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < rounds; round++) {
      bare.push((await runNode(['-e', '0'])).wallMs);
      const words = [
        'report',
        'quarterly',
        '--from',
        folders.join(),
        '--into',
        join(folder, `report-${round}`),
      ];
      const { code, stderr, wallMs } = await runNode(['bin/testbed.js', ...words]);
      // Verdicts of what was played once: what counts is that there is a report.
      if (code === null || code > 2) throw new Error(stderr);
      taken.push(wallMs);
    }
    return [
      {
        name: `quarterly report of ${results * 100} cells from existing records, in all its forms`,
        ours: median(taken),
        peer: median(bare),
        peerName: "Node's own start",
        unit: 'ms',
        target: { of: 'ours', operator: '<=', limit: 5000 },
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function keptIn(folder: string): Promise<string> {
  const { index, records } = await hundredCells();
  for (const record of records) if (record !== null) await writeRecord(folder, record);
  await writeIndex(folder, index);
  return folder;
}
