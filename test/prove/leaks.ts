import { join } from 'node:path';
import type { LeakRow } from '../../reports/leaks/judge-leaks.ts';
import { judgePlanted, playSearch, type Traces } from '../doubles/leaks/search.ts';
import { leaks } from '../doubles/leaks/table.ts';
import { madeBy } from './made-by.ts';
import { writeTsv } from './tsv.ts';

const file = join(import.meta.dirname, '../../docs/evidence/leaks.tsv');
const columns = ['search', 'planted', 'verdict', 'truth', 'slope', 'low', 'high', 'could_have_seen'];

interface Outcome {
  readonly planted: string;
  readonly truth: 'PASS' | 'FAIL';
  readonly row: LeakRow;
}

/**
 * Searches for planted leaks, for what their twins let go of and for a cache that fills, each over eight fresh processes, and keeps
 * the list. Resolves to whether none was called what it is not, and 9 of 10 of each what they are.
 */
export async function proveLeaks(searches: number, atOnce: number): Promise<boolean> {
  const rows: (readonly string[])[] = [];
  const all: Outcome[] = [];
  for (let search = 0; search < searches; search++) {
    const outcomes = outcomesOf(await playSearch(search, atOnce));
    all.push(...outcomes);
    rows.push(...outcomes.map((outcome) => fieldsOf(search, outcome)));
    process.stdout.write(
      `search ${search + 1} of ${searches}: ${outcomes.filter(isRight).length} of ${outcomes.length} right\n`,
    );
  }
  const names = [...new Set(all.map(({ planted }) => planted))];
  const counts = names.map((name) => {
    const own = all.filter(({ planted }) => planted === name);
    return { name, right: own.filter(isRight).length, wrong: own.filter(isWrong).length, of: own.length };
  });
  const told = counts.map(
    ({ name, right, wrong, of }) => `${name}: ${right} of ${of} right, ${wrong} wrong, the others left open`,
  );
  writeTsv(file, { about: [...madeBy('npm run prove leaks'), ...told], columns, rows });
  process.stdout.write(`${told.join('\n')}\n`);
  return counts.every(({ right, wrong, of }) => wrong === 0 && right >= 0.9 * of);
}

function outcomesOf(played: readonly Traces[]): readonly Outcome[] {
  return Object.keys(played[0] ?? {}).map((planted) => {
    const { first, last } = judgePlanted(played, planted);
    const report = first.verdict === 'PASS' ? first : last;
    return {
      planted,
      truth: Object.hasOwn(leaks, planted) ? 'FAIL' : 'PASS',
      row: report.rows[0] as LeakRow,
    };
  });
}

const isRight = ({ truth, row }: Outcome): boolean => row.verdict === truth;
const isWrong = (outcome: Outcome): boolean => !isRight(outcome) && outcome.row.verdict !== 'INCONCLUSIVE';

function fieldsOf(search: number, { planted, truth, row }: Outcome): readonly string[] {
  const { estimate, low, high } = row.last ?? row.first;
  const numbers = [estimate, low, high, row.detectable].map((value) => value?.toFixed(1) ?? '-');
  return [`${search + 1}`, planted, row.verdict, truth, ...numbers];
}
