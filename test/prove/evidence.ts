import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../../reports/record.ts';
import type { Found } from './double.ts';
import type { DrillOutcome } from './drill.ts';
import type { DrillList } from './drill-list.ts';
import { lineOf, readRows, writeTsv } from './tsv.ts';

const folder = join(import.meta.dirname, '../../docs/evidence');
/** The committed list of which broken double was found by which drill. */
export const doublesFile = join(folder, 'doubles.tsv');

const drillColumns = ['seed', 'stack', 'verdict', 'hash', 'faulted_operations', 'tries', 'reason'];
const doubleColumns = ['double', 'seed', 'checks'];

/** The drills of a list, the latest line of each. */
export function readDrills({ file, scenarios }: DrillList): readonly DrillOutcome[] {
  const drills = readRows(file).map(
    ([seed, stack = '', verdict, hash = '', faulted, tries, reason = '']) => ({
      seed: Number(seed),
      stack,
      scenario: scenarios[stack] ?? '',
      verdict: verdict as Verdict,
      hash: hash === '-' ? null : hash,
      faultedOperations: Number(faulted),
      tries: Number(tries),
      reason,
    }),
  );
  return [...new Map(drills.map((drill) => [`${drill.stack} ${drill.seed}`, drill])).values()];
}

/** Adds a line as soon as a drill is over, so that a run that is ended goes on from there. */
export function appendDrill(list: DrillList, outcome: DrillOutcome): void {
  if (!existsSync(list.file)) writeDrills(list, [], []);
  appendFileSync(list.file, `${lineOf(fieldsOf(outcome))}\n`);
}

/** The whole list in order, under what is said about it. */
export function writeDrills(
  { file }: DrillList,
  about: readonly string[],
  outcomes: readonly DrillOutcome[],
): void {
  const sorted = [...outcomes].sort((a, b) => a.seed - b.seed || a.stack.localeCompare(b.stack));
  writeTsv(file, { about, columns: drillColumns, rows: sorted.map(fieldsOf) });
}

function fieldsOf({ seed, stack, verdict, hash, faultedOperations, tries, reason }: DrillOutcome) {
  return [`${seed}`, stack, verdict, hash ?? '-', `${faultedOperations}`, `${tries}`, reason];
}

export function readDoubles(): readonly Found[] {
  return readRows(doublesFile).map(([double = '', seed = '', checks = '']) => ({
    double,
    seed: seed === '-' ? null : Number(seed),
    checks: checks.split(' '),
  }));
}

export function writeDoubles(about: readonly string[], found: readonly Found[]): void {
  const rows = found.map(({ double, seed, checks }) => [double, `${seed ?? '-'}`, checks.join(' ')]);
  writeTsv(doublesFile, { about, columns: doubleColumns, rows });
}
