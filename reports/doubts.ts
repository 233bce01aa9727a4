import type { IndexCell, ResultIndex, RunRecord } from './record.ts';
import { isProbe, searchDoubts } from './search/of-result.ts';
import { worst } from './verdict.ts';

/** All that makes a result one that contradicts itself, one sentence each. */
export function doubtsOf(index: ResultIndex, records: readonly (RunRecord | null)[]): readonly string[] {
  const ofRecords = index.cells.flatMap((cell, at) => {
    const record = records[at] ?? null;
    return record === null ? [] : recordDoubts(cell, record);
  });
  return [...indexDoubts(index), ...ofRecords, ...searchDoubts({ index, records })];
}

/** Where a record is not the one that the index means. */
function recordDoubts(cell: IndexCell, record: RunRecord): readonly string[] {
  const where = `${cell.record}: `;
  const doubts: string[] = [];
  for (const field of ['scenario', 'stack', 'iteration', 'seed'] as const) {
    if (record[field] !== cell[field]) {
      doubts.push(`${where}${field} is ${record[field]}, the index says ${cell[field]}`);
    }
  }
  const [own, listed] = [record.parameters, cell.parameters ?? {}].map((values) => JSON.stringify(values));
  if (own !== listed) doubts.push(`${where}parameters are ${own}, the index says ${listed}`);
  if (record.verdict !== cell.verdict) {
    doubts.push(`${where}verdict is ${record.verdict}, the index says ${cell.verdict}`);
  }
  return doubts;
}

/** Where the index makes its cells better than they are (it may well be worse: cells that were never played), or lacks some. */
export function indexDoubts(index: ResultIndex): readonly string[] {
  const { verdict, cells, reference, searches = [] } = index;
  const judged = cells.filter((cell) => !isProbe(index, cell));
  const following = worst([...judged, ...searches.map(({ answer }) => answer)].map((one) => one.verdict));
  const unheld = cells.filter(
    (cell) => cell.record === null && cell.verdict !== 'INCONCLUSIVE' && cell.verdict !== 'UNSUPPORTED',
  );
  return [
    ...unheld.map(
      ({ scenario, stack, verdict: said }) =>
        `index.json: ${scenario} on ${stack} is ${said} and left no record`,
    ),
    ...(worst([verdict, following]) === verdict
      ? []
      : [`index.json: verdict is ${verdict}, its cells make it ${following}`]),
    ...(reference === undefined || cells.some(({ stack }) => stack === reference)
      ? []
      : [`index.json: no cell is of ${reference}, the reference`]),
  ];
}
