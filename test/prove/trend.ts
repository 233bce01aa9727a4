import { join } from 'node:path';
import { createRandom } from '../../core/random.ts';
import { changePoints } from '../../reports/trend/change-points.ts';
import { trendOf } from '../../reports/trend/find-trend.ts';
import { noises, planted, seriesOf } from '../reports/trend-series.ts';
import { madeBy } from './made-by.ts';
import { readRows, writeTsv } from './tsv.ts';

/** One line of the list: so many seeded series of one kind. */
export interface TrendCase {
  readonly noise: string;
  readonly results: number;
  /** From this result on so many times as much; null: nothing but noise. */
  readonly step: { readonly factor: number; readonly at: number } | null;
}

/** The committed list of what of noise and of planted steps is told as a change. */
export const trendFile = join(import.meta.dirname, '../../docs/evidence/trend.tsv');
const columns = [
  'noise',
  'results',
  'planted',
  'series',
  'with_a_change',
  'found_in_place',
  'size_in_interval',
  'changes_beside',
];
const series = 2000;
const noiseWide = 0.03;
/** How far from its place a step is still found. */
const near = 2;
/** Of noise 3 % wide: steps of one to five times that, in the middle and 6 results before the end. */
const factors = [1.03, 1.06, 1.1, 1.15];

export const trendCases: readonly TrendCase[] = Object.keys(noises).flatMap((noise) => [
  ...[20, 50, 100, 300].map((results) => ({ noise, results, step: null })),
  ...factors.flatMap((factor) => [30, 54].map((at) => ({ noise, results: 60, step: { factor, at } }))),
]);

/** Plays all cases and keeps the list. Resolves to whether noise as it should be stays silent. */
export async function proveTrend(): Promise<boolean> {
  const rows = trendCases.map((each) => {
    const row = rowOf(each);
    process.stdout.write(`${row.join(' | ')}\n`);
    return row;
  });
  writeTsv(trendFile, { about: [...madeBy('npm run prove -- trend'), ...meaning], columns, rows });
  return rows.every(([noise, , step, , found]) => {
    return noise !== 'normal' || step !== '-' || Number(found) <= series / 50;
  });
}

const meaning = [
  'Series of results, each 3 % of noise around its level: how many show a change where none is (planted -), and how many show a planted step within 2 results of its place, how often its interval then holds the true size, and how many changes are told elsewhere.',
  'Seeds from 1. It fails when more than 2 % of the series of normal noise show a change.',
];

export const committedRows = (): readonly (readonly string[])[] => readRows(trendFile);

/** The line of a case, the same on every machine. */
export function rowOf({ noise, results, step }: TrendCase): readonly string[] {
  const drawn = Array.from({ length: series }, (_, index) =>
    (noises[noise] as (typeof noises)[string])(createRandom(index + 1), results, noiseWide),
  );
  if (step === null) {
    const found = drawn.filter((values) => changePoints(values).length > 0).length;
    return [noise, `${results}`, '-', `${series}`, `${found}`, '-', '-', '-'];
  }
  const { factor, at } = step;
  const counts = { any: 0, inPlace: 0, covered: 0, beside: 0 };
  for (const values of drawn) {
    const { changes } = trendOf(seriesOf(planted(values, [[at, factor]])), { unit: 'ms', better: 'lower' });
    const found = changes.find((change) => Math.abs(change.at - at) <= near);
    if (changes.length > 0) counts.any++;
    counts.beside += changes.length - (found === undefined ? 0 : 1);
    if (found === undefined) continue;
    counts.inPlace++;
    const size = 100 * (factor - 1);
    if (found.change.low <= size && size <= found.change.high) counts.covered++;
  }
  const { any, inPlace, covered, beside } = counts;
  const numbers = [series, any, inPlace, covered, beside].map(String);
  return [noise, `${results}`, `x${factor} at ${at}`, ...numbers];
}
