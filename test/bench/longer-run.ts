import { type Figure, median } from './figure.ts';
import { numberOf, play } from './processes.ts';

const [shortS, longS, pairs] = [2, 20, 3];

/** Whether what is kept of a run grows with its length: the same rate for so long, and for ten times so long. */
export async function longerRun(): Promise<readonly Figure[]> {
  const taken: { readonly [seconds: number]: number[] } = { [shortS]: [], [longS]: [] };
  for (let pair = 0; pair < pairs; pair++) {
    for (const seconds of [shortS, longS]) {
      const { record } = await play('test/bench/steady.yaml', { SECONDS: String(seconds) });
      taken[seconds]?.push(numberOf(record, 'rss_mb'));
    }
  }
  return [
    {
      name: `RSS of ${longS} s at 100,000 events/s to 10 subscribers`,
      ours: median(taken[longS] ?? []),
      peer: median(taken[shortS] ?? []),
      peerName: `${shortS} s of it, medians of ${pairs}`,
      unit: 'MB',
      target: { of: 'ratio', operator: '<=', limit: 1.05 },
    },
  ];
}
