import type { RunRecord } from '../../reports/record.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { playedOnce } from '../reports/golden.ts';

const stacks = ['memory', 'sqlite', 'redis', 'postgres'];
/** As many windows as a plot shows. */
const windows = 160;

/** A result of a hundred cells, 25 scenarios on four stacks, made of records that were played: their series as long as a plot shows. */
export async function hundredCells(): Promise<ResultSet> {
  const { records, ...played } = await playedOnce('played');
  const real = records.filter((record) => record !== null);
  const made = Array.from({ length: 100 }, (_, at): RunRecord => {
    const record = real[at % real.length] as RunRecord;
    const series = Object.entries(record.series).map(([name, { values, ...rest }]) => {
      const longer = Array.from(
        { length: windows },
        (__, index) => values[(index * 7 + at) % values.length] ?? null,
      );
      return [name, { ...rest, values: longer }] as const;
    });
    return {
      ...record,
      scenario: `${record.scenario}-${(at >> 2) + 1}`,
      stack: stacks[at % 4] as string,
      series: Object.fromEntries(series),
    };
  });
  const cells = made.map(({ scenario, stack, iteration, seed, verdict }) => ({
    ...{ scenario, stack, iteration, seed, verdict },
    record: `cells/${scenario}/${stack}/${iteration}/record.json`,
  }));
  return { ...played, index: { ...played.index, cells }, records: made };
}
