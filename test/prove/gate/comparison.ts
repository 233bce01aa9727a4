import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { GateRow } from '../../../reports/gate/judge-gate.ts';
import { gateOf } from '../../../reports/gate/of-result.ts';
import { readResult } from '../../../reports/read-result.ts';
import type { GatePlan, Verdict } from '../../../reports/record.ts';
import { worst } from '../../../reports/verdict.ts';
import { resultIn, testbed } from '../../bin/command-line.ts';

/** What one gate said of one number. */
export type AnsweredRow = Pick<GateRow, 'metric' | 'aggregator' | 'ratio' | 'detectable' | 'verdict'>;

/** What one gate came to. */
export interface Answer {
  readonly verdict: Verdict;
  /** What the same rounds come to where every difference counts, however small it is in milliseconds. */
  readonly floorless: Verdict;
  /** Rounds that were played. */
  readonly rounds: number;
  readonly rows: readonly AnsweredRow[];
  /** What beside the numbers made it no PASS, in one line. */
  readonly reason: string;
}

/** A gate of cells that last less than a second is over long before, however busy the machine is. */
const patienceMs = 600_000;

/**
 * Plays a gate through the command line, judges it from the folder it leaves, and removes that folder. Throws where it could
 * not be played: leaving such a one out of the count, because the machine was slow, would favour an answer.
 */
export async function playComparison(words: readonly string[], output: string): Promise<Answer> {
  const { code, stdout, stderr } = await testbed(['gate', ...words, '--output', output], { patienceMs });
  if (code !== 0 && code !== 1 && code !== 2) throw new Error(`gate ${words.join(' ')}: ${stderr}${stdout}`);
  try {
    const result = await readResult(resultIn(output));
    const { gate, cells } = result.index;
    if (gate === undefined) throw new Error(`${result.directory} is not of a gate`);
    const report = gateOf(gate, result);
    const beside = report.findings.find(({ verdict }) => verdict !== 'NOTE');
    return {
      verdict: report.verdict,
      floorless: worst(gateOf(withoutFloors(gate), result).rows.map(({ verdict }) => verdict)),
      rounds: Math.max(...cells.map(({ iteration }) => iteration)),
      rows: report.rows,
      reason: beside?.detail ?? report.rows.find(({ reason }) => reason !== null)?.reason ?? '',
    };
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** What is less than a millisecond is no matter to a gate; to the arithmetic that it stands on it is. */
function withoutFloors(plan: GatePlan): GatePlan {
  const rules = plan.rules.map((rule) => ({ ...rule, margins: { ...rule.margins, floor: 0 } }));
  return { ...plan, rules };
}

/** Where comparisons of this run are played; each in a folder of its own. */
export function playedIn(name: string): string {
  return join(import.meta.dirname, '../../../results/prove', String(process.pid), name);
}
