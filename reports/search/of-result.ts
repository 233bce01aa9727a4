import type { IndexCell, IndexSearch, ResultIndex, RunRecord, Verdict } from '../record.ts';
import { cellVerdict, type ResultSet } from '../result-set.ts';
import { answerOf, type SearchAnswer } from './answer.ts';
import { valueText } from './plan.ts';
import { probeOf, type SeenProbe } from './seen-probe.ts';

/** A search and what its probes came to, in the order in which they were played. */
export interface Searched {
  readonly search: IndexSearch;
  readonly probes: readonly SeenProbe[];
  readonly answer: SearchAnswer;
}

type Played = Pick<ResultSet, 'records'> & { readonly index: Pick<ResultIndex, 'cells' | 'searches'> };

/** The searches of a result, answered from its records. */
export function searchesOf({ index, records }: Played): readonly Searched[] {
  return (index.searches ?? []).map((search) => ({
    search,
    probes: probesOf(search, index.cells, records),
    answer: answerSearch(search, index.cells, records),
  }));
}

type Asked = Omit<IndexSearch, 'answer'>;

/** What a search came to. A stack that cannot do at all what is asked is UNSUPPORTED, as its only probe is. */
export function answerSearch(
  search: Asked,
  cells: readonly IndexCell[],
  records: Played['records'],
): SearchAnswer {
  const answer = answerOf(search, probesOf(search, cells, records));
  const own = cells.filter((cell) => probedValue(search, cell) !== null);
  if (own.length === 0 || own.some(({ verdict }) => verdict !== 'UNSUPPORTED')) return answer;
  return { ...answer, verdict: 'UNSUPPORTED' };
}

function probesOf(
  search: Asked,
  cells: readonly IndexCell[],
  records: Played['records'],
): readonly SeenProbe[] {
  return cells.flatMap((cell, at) => {
    const value = probedValue(search, cell);
    return value === null ? [] : [probeOf(search, value, cell, records[at] ?? null)];
  });
}

/** The value that a cell played of a search; null for a cell that is none of its probes. */
export function probedValue(
  search: Pick<IndexSearch, 'scenario' | 'stack' | 'parameters' | 'vary'>,
  cell: IndexCell,
): number | null {
  const { [search.vary]: varied, ...others } = cell.parameters ?? {};
  if (cell.scenario !== search.scenario || cell.stack !== search.stack || typeof varied !== 'string')
    return null;
  if (JSON.stringify(others) !== JSON.stringify(search.parameters ?? {})) return null;
  const value = Number.parseFloat(varied);
  return valueText(search.vary, value) === varied ? value : null;
}

/** Whether a cell is a probe: it then says how a search went on, and nothing by itself. */
export function isProbe({ searches = [] }: Pick<ResultIndex, 'searches'>, cell: IndexCell): boolean {
  return searches.some((search) => probedValue(search, cell) !== null);
}

/** The result without its probes. */
export function withoutProbes(result: ResultSet): ResultSet {
  const { index, records } = result;
  if (index.searches === undefined) return result;
  const kept = index.cells.map((cell) => !isProbe(index, cell));
  return {
    ...result,
    index: { ...index, cells: index.cells.filter((_, at) => kept[at]) },
    records: records.filter((_, at) => kept[at]),
  };
}

/** What a result is judged by: each cell for itself, and of a search its answer in place of its probes. */
export function judgedVerdicts(result: Played): readonly Verdict[] {
  const { index, records } = result;
  const alone = index.cells.flatMap((cell, at) =>
    isProbe(index, cell) ? [] : [cellVerdict(cell, records[at] ?? null)],
  );
  return [...alone, ...searchesOf(result).map(({ answer }) => answer.verdict)];
}

/** Where what the index says of a search does not follow from its records. */
export function searchDoubts(result: {
  readonly index: ResultIndex;
  readonly records: readonly (RunRecord | null)[];
}): readonly string[] {
  return searchesOf(result).flatMap(({ search, answer }) => {
    if (JSON.stringify(answer) === JSON.stringify(search.answer)) return [];
    return [
      `index.json: the answer of the search ${search.scenario} on ${search.stack} does not follow from its probes`,
    ];
  });
}
