import { nextValue } from '../../reports/search/next-value.ts';
import { valueText } from '../../reports/search/plan.ts';
import type { Search } from '../../scenarios/scenario.ts';

/** What a search will do, before anything is known. */
export function describeSearch(search: Search): string {
  const { vary, from, to, within, probes } = search;
  const text = (value: number): string => valueText(vary, value);
  const first = text(nextValue(search, []) as number);
  return `search: ${vary} ${text(from)}..${text(to)} within ${Number((100 * within).toPrecision(3))} %, up to ${probes} probes, first ${first}`;
}
