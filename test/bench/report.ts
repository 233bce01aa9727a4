import { systemClock } from '../../core/clock.ts';
import { html } from '../../reports/formats/html.ts';
import type { Figure } from './figure.ts';
import { hundredCells } from './hundred-cells.ts';

/** What a page of a hundred cells takes, and how large it is. The first one counts: a command writes one, and ends. */
export async function report(): Promise<readonly Figure[]> {
  const result = await hundredCells();
  const startedMs = systemClock.now();
  const page = html(result, {});
  const took = (systemClock.now() - startedMs) / 1000;
  const none = { peer: null, peerName: '' };
  return [
    {
      name: 'a page of 100 cells, s',
      ours: took,
      ...none,
      unit: 's',
      target: { of: 'ours', operator: '<=', limit: 3 },
    },
    {
      name: 'its size',
      ours: Buffer.byteLength(page) / 1e6,
      ...none,
      unit: 'MB',
      target: { of: 'ours', operator: '<=', limit: 2 },
    },
  ];
}
