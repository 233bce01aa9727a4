import type { Figure } from './figure.ts';
import { measure } from './processes.ts';
import type { Pair } from './rounds.ts';

interface Measured {
  readonly append: Pair;
  readonly appends: Pair;
  readonly update: Pair;
  readonly updates: Pair;
  readonly busPerS: number;
  readonly startMs: number;
}

export async function postgres(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const durability of ['none', 'process-crash']) {
    const measured = await measure<Measured>('postgres-process.ts', durability);
    const against = (peerName: string, what: string, { ours, peer, ratio }: Pair): Figure => ({
      name: `postgres, ${durability}: ${what}`,
      ours,
      peer,
      pairedRatio: ratio,
      peerName,
      unit: 'rows/s',
      target: { of: 'ratio', operator: '>=', limit: 0.9 },
    });
    const { append, appends, update, updates, busPerS, startMs } = measured;
    figures.push(
      against('pg, unnest of the same', 'events appended, 1,000 at a time, one after another', append),
      against('pg, unnest of the same', 'events appended, 1,000 at a time by 4 callers', appends),
      against('pg, a named statement', 'single updates, one after another', update),
      against('pg, a named statement', 'single updates of 10 callers', updates),
      {
        name: `postgres, ${durability}: events end to end, 100 a publish`,
        ours: busPerS,
        peer: null,
        peerName: '',
        unit: '/s',
        target: { of: 'ours', operator: '>=', limit: 50_000 },
      },
      {
        name: `postgres, ${durability}: a server of our own started from the copy`,
        ours: startMs,
        peer: null,
        peerName: '',
        unit: 'ms',
        target: { of: 'ours', operator: '<=', limit: 300 },
      },
    );
  }
  return figures;
}
