import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { spreadOf } from '../../../reports/statistics.ts';
import { inTurn } from '../../bin/command-line.ts';
import { madeBy } from '../made-by.ts';
import { writeAccuracy } from './accuracy.ts';
import { playComparison, playedIn } from './comparison.ts';
import { type Compared, ComparisonList } from './comparison-list.ts';
import { shareText } from './exact-share.ts';
import { atLeast, type Slowness, slownesses, wordsOf } from './slowness.ts';

/** Gates whose head is slower by what was asked for, by kind, effect in per cent, and seed. */
export const powerList = new ComparisonList('gate-power.tsv', ['slowness', 'effect_pct', 'seed']);
const effects = [0, 0.05, 0.1, 0.2];
/** What a gate declares that it finds in 9 of 10. */
const leastFound = 0.9;

/**
 * Plays `count` gates of each kind of slowness at each effect, and then at the smallest that is to be found by what the gates
 * with none declare. Goes on as the list of gates with the same on both sides does. Resolves to whether, at what they
 * declare, gates find 9 of 10.
 */
export async function provePower(count: number, atOnce: number): Promise<boolean> {
  for (const slowness of slownesses) {
    await playAll(slowness, effects, count, atOnce);
    const declared = declaredOf(powerList.read(), slowness);
    if (declared !== null) await playAll(slowness, [declared.tried], count, atOnce);
  }
  const list = powerList.read();
  const about = [...madeBy(`npm run prove -- power ${count} at-once ${atOnce}`), ...curveOf(list)];
  powerList.head(about);
  writeAccuracy('power', about);
  process.stdout.write(`${about.join('\n')}\n`);
  return slownesses.every((slowness) => {
    const { found, tries } = atDeclared(list, slowness);
    return tries > 0 && found >= leastFound * tries;
  });
}

async function playAll(
  slowness: Slowness,
  wanted: readonly number[],
  count: number,
  atOnce: number,
): Promise<void> {
  const done = new Set(powerList.read().map(({ which }) => which.join()));
  const all = wanted.flatMap((effect) =>
    Array.from({ length: count }, (_, at) => ({ effect, seed: at + 1 })),
  );
  await inTurn(all, atOnce, async ({ effect, seed }) => {
    const which = [slowness.name, percentOf(effect), `${seed}`];
    if (done.has(which.join())) return;
    const folder = playedIn(which.join('-').replace(/[^\w-]+/g, '-'));
    try {
      const answer = await playComparison(wordsOf(slowness, effect, seed, folder), join(folder, 'results'));
      powerList.append({ which, answer });
      process.stdout.write(`${which.join(' ')}: ${answer.verdict} ${answer.reason}\n`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** For each kind what its gates declare to find, and how many did at each effect. */
export function curveOf(list: readonly Compared[]): readonly string[] {
  return slownesses.flatMap((slowness) => {
    const declared = declaredOf(list, slowness);
    if (declared === null) return [];
    const tried = new Set(of(list, slowness).map(({ which }) => Number(which[1]) / 100));
    const { found, tries } = atDeclared(list, slowness);
    return [
      `${slowness.name}, in ${slowness.primary}: gates declare that they find ${percentOf(declared.least)} %; at ${percentOf(declared.tried)} %, which shows as much or more, found in ${shareText(found, tries)}`,
      ...[...tried].toSorted((one, other) => one - other).map((effect) => pointText(list, slowness, effect)),
    ];
  });
}

function pointText(list: readonly Compared[], slowness: Slowness, effect: number): string {
  const { found, tries, seen } = pointOf(list, slowness, effect);
  return `${slowness.name} ${percentOf(effect)} %, of which the number shows ${percentOf(seen ?? Number.NaN)} %: found in ${found} of ${tries}, ${shareText(found, tries)}`;
}

function atDeclared(list: readonly Compared[], slowness: Slowness): ReturnType<typeof pointOf> {
  const declared = declaredOf(list, slowness);
  return declared === null ? { found: 0, tries: 0, seen: null } : pointOf(list, slowness, declared.tried);
}

function pointOf(list: readonly Compared[], slowness: Slowness, effect: number) {
  const point = of(list, slowness).filter(({ which }) => which[1] === percentOf(effect));
  const found = point.filter(({ answer: { verdict } }) => verdict === 'DEGRADED' || verdict === 'FAIL');
  return { found: found.length, tries: point.length, seen: medianHarm(point, 'ratio') };
}

/**
 * What gates of this kind say they find where there is nothing to be found, and what has to be asked for so that the judged
 * number is worse by as much: there is more in it than what is slowed. Null where that is not known yet.
 */
function declaredOf(list: readonly Compared[], slowness: Slowness) {
  const least = medianHarm(
    of(list, slowness).filter(({ which }) => which[1] === '0'),
    'detectable',
  );
  const largest = effects.at(-1) as number;
  const { seen } = pointOf(list, slowness, largest);
  if (least === null || seen === null || seen <= 0) return null;
  return { least, tried: atLeast(slowness, (least * largest) / seen) };
}

/** The middle of how much worse the judged numbers are, as a share; of a rate less is worse. */
function medianHarm(list: readonly Compared[], what: 'ratio' | 'detectable'): number | null {
  const ratios = list.flatMap(({ answer }) => answer.rows.flatMap((row) => row[what] ?? []));
  const isRate = list.some(({ answer }) => answer.rows.some(({ metric }) => metric.endsWith('_per_s')));
  return spreadOf(ratios.map((ratio) => (isRate ? 1 / ratio : ratio) - 1))?.median ?? null;
}

function of(list: readonly Compared[], { name }: Slowness): readonly Compared[] {
  return list.filter(({ which }) => which[0] === name);
}

function percentOf(effect: number): string {
  return String(Number((100 * effect).toFixed(2)));
}
