import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord, Verdict } from '../../reports/record.ts';
import { readIndex, readRecords, resultIn, testbed } from '../bin/command-line.ts';

/** A short cell of which the seed draws the faults. The same drill has the same faults at the same times. */
export interface Drill {
  /** A file beside this one. */
  readonly scenario: string;
  readonly stack: string;
  readonly seed: number;
}

/** What became of a drill: one line of the evidence. */
export interface DrillOutcome extends Drill {
  readonly verdict: Verdict;
  /** Of what the same drill comes to every time it is played; null where there is no record. */
  readonly hash: string | null;
  /** Operations that were due while a fault was seen in force. */
  readonly faultedOperations: number;
  /** How often it was played: a machine that was busy with other things says nothing. */
  readonly tries: number;
  /** Why it is no PASS. */
  readonly reason: string;
}

/** A drill in which fewer operations met a fault shows nothing, however well they went. */
export const leastFaulted = 100;

/** The words after `testbed` that play a drill. */
export function wordsOf({ scenario, stack, seed }: Drill): readonly string[] {
  const file = join(import.meta.dirname, `${scenario}.yaml`);
  return ['run', file, '--stacks', stack, '--seed', String(seed)];
}

/**
 * Plays a drill through the command line, again as long as the machine leaves it INCONCLUSIVE, at most `tries` times. What
 * it leaves goes to `folder`, and stays there if it is a FAIL.
 */
export async function playDrill(drill: Drill, folder: string, tries: number): Promise<DrillOutcome> {
  for (let tried = 1; ; tried++) {
    const output = join(folder, `${drill.stack}-${drill.seed}-${tried}`);
    await testbed([...wordsOf(drill), '--output', output]);
    const outcome = { ...drill, ...outcomeIn(output), tries: tried };
    if (outcome.verdict !== 'FAIL') rmSync(output, { recursive: true, force: true });
    if (outcome.verdict !== 'INCONCLUSIVE' || tried >= tries) return outcome;
  }
}

type Told = Pick<DrillOutcome, 'verdict' | 'hash' | 'faultedOperations' | 'reason'>;

function outcomeIn(output: string): Told {
  const folder = resultIn(output);
  const [record] = readRecords(folder);
  if (record === undefined) {
    const [cell] = readIndex(folder).cells;
    return {
      verdict: cell?.verdict ?? 'INCONCLUSIVE',
      hash: null,
      faultedOperations: 0,
      reason: cell?.reason ?? '',
    };
  }
  const { metrics } = record;
  const faulted = metrics['faulted_operations'];
  const faultedOperations = faulted !== undefined && 'value' in faulted ? faulted.value : 0;
  const hash = hashOf(record);
  if (record.verdict === 'PASS' && faultedOperations < leastFaulted) {
    const reason = `only ${faultedOperations} operations were due while a fault was in force`;
    return { verdict: 'INCONCLUSIVE', hash, faultedOperations, reason };
  }
  return { verdict: record.verdict, hash, faultedOperations, reason: reasonOf(record) };
}

/** Times and counts differ from one run to the next; what was played, on what, and what the checks say must not. */
export function hashOf({ scenario, stack, seed, durability, faults, checks, verdict }: RunRecord): string {
  const played = faults.map(({ fault, on, options }) => ({ fault, on, options }));
  const found = checks.map((result) => [result.check, result.verdict]);
  const told = JSON.stringify({ scenario, stack, seed, durability, played, found, verdict });
  return createHash('sha256').update(told).digest('hex').slice(0, 16);
}

/** The first thing that made it no PASS, in one line. */
function reasonOf({ verdict, checks, thresholds, findings }: RunRecord): string {
  if (verdict === 'PASS') return '';
  const told = [
    ...checks.map((each) => ({
      verdict: each.verdict,
      text: `${each.check}: ${each.detail} ${each.evidence[0] ?? ''}`,
    })),
    ...findings.map((each) => ({ verdict: each.verdict, text: `${each.about}: ${each.detail}` })),
    ...thresholds.map((each) => ({
      verdict: each.verdict,
      text: `${each.metric} ${each.rule}: ${each.observed}`,
    })),
  ];
  return (
    told
      .find((each) => each.verdict === verdict)
      ?.text.replace(/\s+/g, ' ')
      .trim() ?? ''
  );
}
