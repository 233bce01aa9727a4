import { join } from 'node:path';
import { createRandom } from '../../core/random.ts';
import { changePoints } from '../../reports/trend/change-points.ts';
import { trendOf } from '../../reports/trend/find-trend.ts';
import { noises, planted, seriesOf } from '../reports/trend-series.ts';
import { madeBy } from './made-by.ts';
import { writeTsv } from './tsv.ts';

const file = join(import.meta.dirname, '../../docs/evidence/trend.tsv');
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
const lengths = [20, 50, 100, 300];
/** Of noise 3 % wide: steps of one to five times that, in the middle and 6 results before the end. */
const steps = [1.03, 1.06, 1.1, 1.15];
const noiseWide = 0.03;
const near = 2;

/** Seeded series of noise alone, and with one planted step: what of it is called a change. Keeps the list. */
export async function proveTrend(series = 2000): Promise<boolean> {
  const seeds = Array.from({ length: series }, (_, index) => index + 1);
  const rows: string[][] = [];
  let isQuiet = true;
  for (const [name, noise] of Object.entries(noises)) {
    for (const length of lengths) {
      const drawn = seeds.map((seed) => noise(createRandom(seed), length, noiseWide));
      const found = drawn.filter((values) => changePoints(values).length > 0).length;
      rows.push([name, `${length}`, '-', `${series}`, `${found}`, '-', '-', '-']);
      isQuiet &&= name !== 'normal' || found <= series / 50;
    }
    for (const factor of steps) for (const at of [30, 54]) rows.push(stepRow(name, factor, at, seeds));
  }
  for (const row of rows) process.stdout.write(`${row.join(' | ')}\n`);
  writeTsv(file, { about: [...madeBy('npm run prove -- trend'), ...meaning], columns, rows });
  return isQuiet;
}

const meaning = [
  'Series of results, each 3 % of noise around its level: how many show a change where none is (planted -), and how many show a planted step within 2 results of its place, how often its interval then holds the true size, and how many changes are told elsewhere.',
  'Seeds from 1. It fails when more than 2 % of the series of normal noise show a change.',
];

function stepRow(name: string, factor: number, at: number, seeds: readonly number[]): string[] {
  const length = 60;
  const counts = { any: 0, inPlace: 0, covered: 0, beside: 0 };
  for (const seed of seeds) {
    const noise = (noises[name] as (typeof noises)[string])(createRandom(seed), length, noiseWide);
    const { changes } = trendOf(seriesOf(planted(noise, [[at, factor]])), { unit: 'ms', better: 'lower' });
    const found = changes.find((change) => Math.abs(change.at - at) <= near);
    if (changes.length > 0) counts.any++;
    counts.beside += changes.length - (found === undefined ? 0 : 1);
    if (found === undefined) continue;
    counts.inPlace++;
    const size = 100 * (factor - 1);
    if (found.change.low <= size && size <= found.change.high) counts.covered++;
  }
  const step = `x${factor} at ${at}`;
  const { any, inPlace, covered, beside } = counts;
  return [name, `${length}`, step, `${seeds.length}`, `${any}`, `${inPlace}`, `${covered}`, `${beside}`];
}
