import { join } from 'node:path';
import type { Verdict } from '../../../reports/record.ts';
import { inTurn } from '../../bin/command-line.ts';
import { madeBy } from '../made-by.ts';
import { writeAccuracy } from './accuracy.ts';
import { playComparison, playedIn } from './comparison.ts';
import { type Compared, ComparisonList } from './comparison-list.ts';
import { exactBound, shareText } from './exact-share.ts';
import { type ServerFlags, withServers } from './servers.ts';

/** The same stack on both sides: whatever a gate finds here is not there. */
interface Alike {
  readonly seed: number;
  readonly stack: string;
}

export const alikeStacks = ['memory', 'sqlite', 'redis', 'postgres'];
export const alikeList = new ComparisonList('gate-aa.tsv', ['seed', 'stack']);
/** Two looks, the first as early as four numbers allow, so that hundreds of gates are played in an hour. */
const looks = '10,18';

/** The words after `testbed gate` that play it. */
export function wordsOf({ seed, stack }: Alike): readonly string[] {
  const file = join(import.meta.dirname, 'alike.yaml');
  return [
    '--base',
    `stack:${stack}`,
    '--head',
    `stack:${stack}`,
    file,
    '--looks',
    looks,
    '--seed',
    `${seed}`,
  ];
}

/**
 * Plays gates whose sides are alike, as they are judged without any flag, and keeps what each came to: each is played once,
 * and counts whatever that is. What is in the list is not played again, so that a run that was ended goes on; delete the list
 * to begin anew. Resolves to whether none is a FAIL and enough are a PASS.
 */
export async function proveAlike(count: number, atOnce: number): Promise<boolean> {
  const done = new Set(alikeList.read().map(({ which }) => which.join(' ')));
  const left = alikesOf(count).filter(({ seed, stack }) => !done.has(`${seed} ${stack}`));
  if (left.length > 0) await withServers((flagsOf) => playAll(left, flagsOf, atOnce));
  const list = alikeList.read();
  const about = [...madeBy(`npm run prove -- gate ${count} at-once ${atOnce}`), ...summaryOf(list)];
  alikeList.head(about);
  writeAccuracy('alike', about);
  process.stdout.write(`${about.join('\n')}\n`);
  return countOf(list, 'FAIL') === 0 && countOf(list, 'PASS') >= leastPassed * list.length;
}

const leastPassed = 0.8;

/** Seeds from 1 up, each on every stack. */
function alikesOf(count: number): readonly Alike[] {
  return Array.from({ length: count }, (_, index) => ({
    seed: 1 + Math.floor(index / alikeStacks.length),
    stack: alikeStacks[index % alikeStacks.length] as string,
  }));
}

async function playAll(all: readonly Alike[], flagsOf: ServerFlags, atOnce: number): Promise<void> {
  await inTurn(all, atOnce, async (alike) => {
    const { seed, stack } = alike;
    const folder = playedIn(`alike-${stack}-${seed}`);
    const answer = await playComparison([...wordsOf(alike), ...flagsOf(stack)], folder);
    alikeList.append({ which: [`${seed}`, stack], answer });
    process.stdout.write(`${stack} ${seed} ${answer.verdict} ${answer.rounds} rounds ${answer.reason}\n`);
  });
}

/** What the whole list says, in sentences. */
export function summaryOf(list: readonly Compared[]): readonly string[] {
  const failed = countOf(list, 'FAIL');
  const bound = (100 * exactBound(failed, list.length)).toFixed(2);
  const bare = list.filter(({ answer }) => answer.floorless === 'FAIL').length;
  return [
    `${list.length} gates with the same on both sides: ${failed} FAIL, at most ${bound} % of all such gates (exact, 95 %)`,
    ...(['PASS', 'DEGRADED', 'INCONCLUSIVE'] as const).map((verdict) => tally(list, verdict)),
    ...alikeStacks.map((stack) => {
      const own = list.filter(({ which }) => which[1] === stack);
      return `${stack}: ${tally(own, 'PASS')} of ${own.length}, FAIL ${countOf(own, 'FAIL')}`;
    }),
    `Judged as if no difference were too small to matter (no floor of 1 ms): FAIL ${bare} of ${list.length}, at most ${(100 * exactBound(bare, list.length)).toFixed(2)} %`,
  ];
}

function tally(list: readonly Compared[], verdict: Verdict): string {
  const count = countOf(list, verdict);
  return `${verdict} ${count}, ${shareText(count, list.length)}`;
}

function countOf(list: readonly Compared[], verdict: Verdict): number {
  return list.filter(({ answer }) => answer.verdict === verdict).length;
}
