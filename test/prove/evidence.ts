import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Verdict } from '../../reports/record.ts';
import type { DrillOutcome } from './drill.ts';

/** The committed list of what was drilled. */
export const drillsFile = join(import.meta.dirname, '../../docs/evidence/drills.tsv');

const columns = ['seed', 'stack', 'verdict', 'hash', 'faulted_operations', 'tries', 'reason'];

/** The drills of a list; none when it does not exist. Lines with `#` are for people. */
export function readDrills(file: string): readonly DrillOutcome[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  const rows = lines.filter((line) => line !== '' && !line.startsWith('#')).slice(1);
  return rows.map((line) => {
    const [seed, stack = '', verdict, hash = '', faulted, tries, reason = ''] = line.split('\t');
    return {
      seed: Number(seed),
      stack,
      verdict: verdict as Verdict,
      hash: hash === '-' ? null : hash,
      faultedOperations: Number(faulted),
      tries: Number(tries),
      reason,
    };
  });
}

/** Adds a line as soon as a drill is over, so that a run that is ended goes on from there. */
export function appendDrill(file: string, outcome: DrillOutcome): void {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${columns.join('\t')}\n`);
  }
  appendFileSync(file, `${lineOf(outcome)}\n`);
}

/** The whole list in order, under what is said about it. */
export function writeDrills(file: string, about: readonly string[], outcomes: readonly DrillOutcome[]): void {
  const sorted = [...outcomes].sort((a, b) => a.seed - b.seed || a.stack.localeCompare(b.stack));
  const head = about.map((line) => `# ${line}`);
  writeFileSync(file, `${[...head, columns.join('\t'), ...sorted.map(lineOf)].join('\n')}\n`);
}

function lineOf({ seed, stack, verdict, hash, faultedOperations, tries, reason }: DrillOutcome): string {
  return [seed, stack, verdict, hash ?? '-', faultedOperations, tries, reason.replaceAll('\t', ' ')].join(
    '\t',
  );
}
