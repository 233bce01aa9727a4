import type { Figure } from './figure.ts';
import { play } from './processes.ts';

/** What a cell takes beyond its phases: start of runner and cell, warm code, drain, collection, record, table. */
export async function overhead(): Promise<readonly Figure[]> {
  const { record, wallMs } = await play('smoke');
  const phases = record.workload['phases'] as readonly { readonly forMs: number }[];
  const loadMs = phases.reduce((sum, { forMs }) => sum + forMs, 0);
  return [
    {
      name: 'a cell beyond its phases, from command to table',
      ours: wallMs - loadMs,
      peer: loadMs,
      peerName: 'phases of smoke',
      unit: 'ms',
      target: null,
    },
  ];
}
