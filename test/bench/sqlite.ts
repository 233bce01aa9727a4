import type { Figure } from './figure.ts';
import { measure } from './processes.ts';

interface Pair {
  readonly ours: number;
  readonly raw: number;
  readonly ratio: number;
}

export async function sqlite(): Promise<readonly Figure[]> {
  const { append, update } = await measure<{ append: Pair; update: Pair }>('sqlite-process.ts');
  const figure = (name: string, { ours, raw, ratio }: Pair): Figure => ({
    name,
    ours,
    peer: raw,
    pairedRatio: ratio,
    peerName: 'better-sqlite3 by itself',
    unit: 'rows/s',
    target: { of: 'ratio', operator: '>=', limit: 0.9 },
  });
  return [
    figure('sqlite: events appended, 100 a transaction, NORMAL', append),
    figure('sqlite: agents updated by compare-and-set, 100 a transaction, NORMAL', update),
  ];
}
