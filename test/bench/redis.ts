import type { Figure } from './figure.ts';
import { measure } from './processes.ts';
import type { Pair } from './rounds.ts';

interface Measured {
  readonly raw: Pair;
  readonly bullmq: Pair;
  readonly packed: Pair;
  readonly startMs: number;
}

export async function redis(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const durability of ['none', 'process-crash', 'redis-everysec']) {
    const { raw, bullmq, packed, startMs } = await measure<Measured>('redis-process.ts', durability);
    const against = (peerName: string, { ours, peer, ratio }: Pair) => ({
      ours,
      peer,
      pairedRatio: ratio,
      peerName,
      unit: '/s',
    });
    figures.push(
      {
        ...against('ioredis pipeline and XREADGROUP', raw),
        name: `redis, ${durability}: events end to end, 100 a publish`,
        target: { of: 'ratio', operator: '>=', limit: 0.9 },
      },
      {
        ...against('BullMQ, addBulk of 100 and a worker', bullmq),
        name: `redis, ${durability}: the same against jobs`,
        target: { of: 'ratio', operator: '>=', limit: 5 },
      },
      {
        ...against('ioredis, 100 a pipeline', packed),
        name: `redis, ${durability}: events end to end, 500 a publish`,
        target: { of: 'ours', operator: '>=', limit: 250_000 },
      },
      {
        name: `redis, ${durability}: a server of our own started`,
        ours: startMs,
        peer: null,
        peerName: '',
        unit: 'ms',
        target: null,
      },
    );
  }
  return figures;
}
