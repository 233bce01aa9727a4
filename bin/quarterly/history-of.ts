import { existsSync } from 'node:fs';
import type { QuarterlyHistory } from '../../reports/quarterly/options.ts';
import type { Flags } from '../command.ts';
import { defaultStore, type History, withHistory } from '../history/store.ts';
import { type TrendSubject, trendIn } from '../history/trend-of.ts';
import { quarterOf } from './quarter.ts';

const usualName = 'quarterly';

const subjects: readonly TrendSubject[] = [
  ofHistogram('spawn_ms', 'avg', null),
  ofHistogram('event_delivery_ms', 'p', 99),
  {
    metric: 'events_per_s',
    phase: null,
    aggregator: 'value',
    bound: { aggregator: 'value', percentile: null },
  },
];

function ofHistogram(metric: string, aggregator: 'avg' | 'p', percentile: number | null): TrendSubject {
  const told = percentile === null ? aggregator : `p(${percentile})`;
  return { metric, phase: null, aggregator: told, bound: { aggregator, percentile } };
}

/**
 * What was saved before, of the scenarios given. Null where nothing was and nobody asked for it by name; INVALID_CONFIG where
 * somebody did.
 */
export async function historyOf(
  flags: Flags,
  quarter: string,
  scenarios: readonly string[],
): Promise<QuarterlyHistory | null> {
  const name = flags.text('baseline');
  const store = flags.text('store') ?? defaultStore;
  const asked = name !== undefined || flags.has('store');
  if (!asked && !existsSync(store)) return null;
  return withHistory(store, { create: false }, async (history) => {
    const baseline = name ?? usualName;
    if (!asked && history.facts(baseline).length === 0) return null;
    return {
      baseline,
      previous: await previousIn(history, baseline, quarter),
      trends: subjects.map((subject) => {
        const numbers = history.numbers(baseline, subject.metric);
        return trendIn(
          baseline,
          subject,
          numbers.filter(({ scenario }) => scenarios.includes(scenario)),
        );
      }),
    };
  });
}

/** The last that was saved in a quarter before. */
async function previousIn(
  history: History,
  name: string,
  quarter: string,
): Promise<QuarterlyHistory['previous']> {
  const all = await history.all(name);
  const before = all.findLast(({ savedAt }) => quarterOf(Date.parse(savedAt)) < quarter);
  if (before === undefined) return null;
  const { savedAt, result } = before;
  return { savedAt, quarter: quarterOf(Date.parse(savedAt)), result };
}
