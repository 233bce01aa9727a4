import type { RunRecord } from '../../reports/record.ts';
import type { Figure } from './figure.ts';
import { numberOf, play } from './processes.ts';
import { inRounds, pairOf } from './rounds.ts';

const scenario = 'test/bench/workers.yaml';
const rounds = 5;

/** What a second process of the load is worth, on one Redis, with all that it then has to deliver twice. */
export async function workers(): Promise<readonly Figure[]> {
  const busiest: { [workers: string]: number } = {};
  const eventsPerS = async (count: number): Promise<number> => {
    const { record } = await play(scenario, { WORKERS: String(count) });
    busiest[count] = busiestOf(record);
    return numberOf(record, 'events_per_s');
  };
  const { two, one } = await inRounds(rounds, { two: () => eventsPerS(2), one: () => eventsPerS(1) });
  const { ratio, ...pair } = pairOf(two, one);
  const cpu = [2, 1].map((count) => `${Math.round(busiest[count] ?? Number.NaN)} %`).join(' and ');
  return [
    {
      name: `redis: events through 2 workers of a load (the busiest at ${cpu} of a core)`,
      ...pair,
      pairedRatio: ratio,
      peerName: `through 1, medians of ${rounds}`,
      unit: '/s',
      // The server, the subscribers and both workers share the cores: how much is left for a second one the machine says.
      target: null,
    },
  ];
}

function busiestOf({ generator }: RunRecord): number {
  const each = generator['workers'] as readonly { readonly cpuPct: number }[];
  return Math.max(...each.map(({ cpuPct }) => cpuPct));
}
