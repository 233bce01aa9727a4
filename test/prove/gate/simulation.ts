import { createRandom, type Random } from '../../../core/random.ts';
import { type Decision, decide } from '../../../reports/gate/decide.ts';
import type { Verdict } from '../../../reports/record.ts';
import { spreadOf } from '../../../reports/statistics.ts';
import { worst } from '../../../reports/verdict.ts';
import { writeAccuracy } from './accuracy.ts';
import { exactBound, shareText } from './exact-share.ts';

/** A gate as it is without flags: three looks, five numbers, margins of 3 % and 10 %. */
const looks = [12, 20, 30];
const numbers = 5;
const alpha = 0.01;
const [warn, fail] = [Math.log1p(0.03), Math.log1p(0.1)];
/** Gates of each kind. */
const tries = 1000;
const seed = 1;

/** The share that is declared. */
const leastFound = 0.9;

/** How one value of one side scatters, as a logarithm around its true place; standard deviation 1. */
const noises: { readonly [name: string]: (random: Random) => number } = {
  normal: (random) => gauss(random),
  // A value in ten is five times as far off: a machine that is sometimes busy.
  'with outliers': (random) => (gauss(random) * (random.next() < 0.1 ? 5 : 1)) / Math.sqrt(0.9 + 0.1 * 25),
  // Never much faster than usual, sometimes much slower: what latencies are like.
  skewed: (random) => -Math.log(1 - random.next()) - 1,
};
const scatters = [0.01, 0.03];

/**
 * Gates whose rounds are drawn and not played, which is what can be had by the thousand: that the arithmetic keeps what it
 * promises, should rounds be as they are drawn. Says so on the page, and resolves to whether it does.
 */
export async function proveSimulation(): Promise<boolean> {
  let holds = true;
  const lines = Object.entries(noises).flatMap(([name, noise]) =>
    scatters.map((scatter) => {
      const random = createRandom(seed).fork(`${name} ${scatter}`);
      const draw = (harm: number): (() => number) => {
        return () => harm + scatter * (noise(random) - noise(random));
      };
      const same = playMany(() => Array.from({ length: numbers }, () => draw(0)));
      const edge = playMany(() => Array.from({ length: numbers }, () => draw(warn)));
      const detectable =
        spreadOf(oneLook(draw(0)).flatMap((one) => one.detectable ?? []))?.median ?? Number.NaN;
      const found = oneLook(draw(detectable)).filter(isWorse).length;
      const alarms = same.filter(({ verdict }) => verdict === 'FAIL').length;
      const called = edge.filter(({ worse }) => worse).length;
      const passed = same.filter(({ verdict }) => verdict === 'PASS').length;
      // The chance itself is at most alpha: 3 standard deviations above it is more than chance.
      holds &&=
        alarms === 0 && called <= tries * alpha + 3 * Math.sqrt(tries * alpha) && found >= leastFound * tries;
      return [
        `${name}, each side scattering by ${100 * scatter} %: of ${tries} gates with the same on both sides ${alarms} FAIL (at most ${(100 * exactBound(alarms, tries)).toFixed(2)} %), PASS ${shareText(passed, tries)}`,
        `with all ${numbers} numbers exactly 3 % worse, called worse in ${shareText(called, tries)}`,
        `one number at 12 rounds, ${(100 * Math.expm1(detectable)).toFixed(1)} % worse, which it declares to find: found in ${shareText(found, tries)}`,
      ].join('; ');
    }),
  );
  const about = [`\`npm run prove -- simulation\`, seed ${seed}; drawn, not played`, ...lines];
  writeAccuracy('simulation', about);
  process.stdout.write(`${about.join('\n')}\n`);
  return holds;
}

interface Drawn {
  readonly verdict: Verdict;
  /** Some number of it is called worse. */
  readonly worse: boolean;
}

/** What each of many gates says at the look at which it ends. */
function playMany(sides: () => readonly (() => number)[]): readonly Drawn[] {
  return Array.from({ length: tries }, () => {
    const draws = sides();
    const harms: number[][] = draws.map(() => []);
    for (const look of looks) {
      for (const [at, draw] of draws.entries())
        while (harmsOf(harms, at).length < look) harmsOf(harms, at).push(draw());
      const decisions = decide(
        harms.map((each) => ({ harms: each, warn, fail })),
        alpha / looks.length,
      );
      const isFailed = decisions.some(({ verdict }) => verdict === 'FAIL');
      if (isFailed || decisions.every(({ settled }) => settled) || look === looks.at(-1))
        return { verdict: worst(decisions.map(({ verdict }) => verdict)), worse: decisions.some(isWorse) };
    }
    throw new Error('no look is the last');
  });
}

const harmsOf = (harms: readonly number[][], at: number): number[] => harms[at] as number[];

/** Many gates of one number at one look. */
function oneLook(draw: () => number): readonly Decision[] {
  return Array.from({ length: tries }, () => {
    const harms = Array.from({ length: 12 }, draw);
    return decide([{ harms, warn, fail }], alpha)[0] as Decision;
  });
}

const isWorse = ({ verdict }: Decision): boolean => verdict === 'DEGRADED' || verdict === 'FAIL';

/** By the polar method's simpler elder brother (Box and Muller). */
function gauss(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
