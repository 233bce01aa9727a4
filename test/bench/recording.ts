import type { Figure } from './figure.ts';
import { measure } from './processes.ts';

export async function recording(): Promise<readonly Figure[]> {
  const { ns, peerNs } = await measure<{ ns: number; peerNs: number }>('recording-process.ts');
  return [
    {
      name: 'recording one delivery: ledger and histograms',
      ours: ns,
      peer: peerNs,
      peerName: 'hdr-histogram-js, its histogram alone',
      unit: 'ns',
      target: { of: 'ours', operator: '<=', limit: 20 },
    },
  ];
}
