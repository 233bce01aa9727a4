import type { Verdict } from '../record.ts';
import { worst } from '../verdict.ts';
import { type Decision, decide, roundsNeeded } from './decide.ts';
import { checkFindings, type GateFinding, playedFindings } from './findings.ts';
import type { GateCell } from './rounds.ts';
import { type GateRule, worseSign } from './rule.ts';
import { type Sample, sampleOf } from './sample.ts';
import { secondaryFindings } from './secondary.ts';

export interface GateDesign {
  readonly rules: readonly GateRule[];
  /** Somebody asked for these rules: one that nothing was measured for is INCONCLUSIVE. The usual ones are left out then. */
  readonly named: boolean;
  /** The chance of a false alarm at this look. */
  readonly alpha: number;
}

export interface GateRow extends GateRule {
  readonly cell: string;
  readonly verdict: Verdict;
  /** Medians; null where nothing was measured. */
  readonly base: number | null;
  readonly head: number | null;
  /** Head as a multiple of base. */
  readonly ratio: number | null;
  /** As in `Decision`, as ratios. */
  readonly low: number | null;
  readonly high: number | null;
  /** A change as large as this would have been found in 9 of 10 tries. */
  readonly detectable: number | null;
  /** Rounds that were judged. */
  readonly rounds: number;
  readonly reason: string | null;
}

export interface GateReport {
  readonly verdict: Verdict;
  readonly rows: readonly GateRow[];
  readonly findings: readonly GateFinding[];
  /** More rounds can change nothing that matters. */
  readonly settled: boolean;
}

/** Whether the head is slower than the base. The rows of all cells are one family: the more there are, the more each has to show. */
export function judgeGate(cells: readonly GateCell[], design: GateDesign): GateReport {
  const samples = cells.flatMap((cell) => design.rules.flatMap((rule) => sampleOf(cell, rule, design.named)));
  const decisions = decide(
    samples.map(({ harm }) => harm),
    design.alpha,
  );
  const needed = roundsNeeded(design.alpha, samples.length);
  const rows = samples.map((sample, at) => rowOf(sample, decisions[at] as Decision, needed));
  const findings = [
    ...cells.flatMap((cell) => [...playedFindings(cell), ...checkFindings(cell)]),
    ...secondaryFindings(cells, design),
  ];
  const nothing: readonly Verdict[] = cells.length === 0 || rows.length === 0 ? ['INCONCLUSIVE'] : [];
  const found = findings.flatMap((each) => (each.verdict === 'NOTE' ? [] : [each.verdict]));
  const verdict = worst([...rows.map((row) => row.verdict), ...found, ...nothing]);
  const settled =
    verdict === 'FAIL' ||
    (rows.every((row, at) => row.verdict === decisions[at]?.verdict && decisions[at]?.settled) &&
      findings.every((finding) => finding.verdict !== 'INCONCLUSIVE'));
  return { verdict, rows, findings, settled: settled && nothing.length === 0 };
}

function rowOf(
  { cell, rule, harm, base, head, problem }: Sample,
  decision: Decision,
  needed: number,
): GateRow {
  const sign = worseSign(rule.metric) ?? 1;
  const ratioOf = (log: number | null): number | null => (log === null ? null : Math.exp(sign * log));
  const [low, high] = [decision.low, decision.high].map(ratioOf) as [number | null, number | null];
  const rounds = harm.harms.length;
  const few = rounds < needed ? `not enough rounds: ${rounds}, at least ${needed} are needed` : null;
  const open =
    decision.verdict === 'INCONCLUSIVE' ? 'the interval reaches across a margin: more rounds' : null;
  return {
    ...rule,
    cell,
    verdict: problem === null ? decision.verdict : 'INCONCLUSIVE',
    base,
    head,
    ratio: ratioOf(decision.estimate),
    low: sign === 1 ? low : high,
    high: sign === 1 ? high : low,
    detectable: ratioOf(decision.detectable),
    rounds,
    reason: problem ?? few ?? open,
  };
}
