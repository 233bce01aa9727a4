import type { IndexCell, IndexSearch, ResultIndex, RunRecord } from '../../reports/record.ts';
import { answerSearch } from '../../reports/search/of-result.ts';
import type { Cell } from '../../scenarios/scenario.ts';

/** What an index says of searches and sweeps among what was to be played; nothing where there were none. */
export function variedIn(
  planned: readonly Cell[],
  cells: readonly IndexCell[],
  records: readonly (RunRecord | null)[],
): Pick<ResultIndex, 'searches' | 'sweeps'> {
  const searches = planned.flatMap(({ scenario, stack }): readonly IndexSearch[] => {
    const { name, parameters, search } = scenario;
    if (search === undefined) return [];
    const { perAgent: _, ...plan } = search;
    const asked = { scenario: name, stack: stack.name, ...(parameters && { parameters }), ...plan };
    return [{ ...asked, answer: answerSearch(asked, cells, records) }];
  });
  const swept = new Map(
    planned.flatMap(({ scenario }) =>
      scenario.swept === undefined ? [] : [[scenario.name, scenario.swept]],
    ),
  );
  const sweeps = [...swept].map(([scenario, vary]) => ({ scenario, vary }));
  return { ...(searches.length > 0 && { searches }), ...(sweeps.length > 0 && { sweeps }) };
}
