import { valueIn } from '../compare.ts';
import type { RunRecord, Verdict } from '../record.ts';
import { spreadOf } from '../statistics.ts';
import { isDoubtful, worst } from '../verdict.ts';
import { type Decision, decide, type Harm, roundsNeeded } from './decide.ts';
import { type GateRule, worseSign } from './rule.ts';

/** What one cell left on both sides, round by round; null where it left no record. */
export interface GateCell {
  readonly title: string;
  readonly rounds: readonly GateRound[];
}

export interface GateRound {
  readonly base: RunRecord | null;
  readonly head: RunRecord | null;
}

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

/** What beside the numbers speaks for or against a cell. */
export interface GateFinding {
  readonly cell: string;
  /** A NOTE changes nothing. */
  readonly verdict: Verdict | 'NOTE';
  readonly detail: string;
}

export interface GateReport {
  readonly verdict: Verdict;
  readonly rows: readonly GateRow[];
  readonly findings: readonly GateFinding[];
  /** More rounds can change nothing that matters. */
  readonly settled: boolean;
}

/** Rounds of which more than this share is not used say too little of what happens when nobody looks. */
const mostSetAside = 0.25;

/** Whether the head is slower than the base. The rows of all cells are one family: the more there are, the more each has to show. */
export function judgeGate(cells: readonly GateCell[], design: GateDesign): GateReport {
  const samples = cells.flatMap((cell) => design.rules.flatMap((rule) => sampleOf(cell, rule, design.named)));
  const decisions = decide(
    samples.map(({ harm }) => harm),
    design.alpha,
  );
  const needed = roundsNeeded(design.alpha, samples.length);
  const rows = samples.map((sample, at) => rowOf(sample, decisions[at] as Decision, needed));
  const findings = cells.flatMap((cell) => [...playedFindings(cell), ...checkFindings(cell)]);
  const nothing: readonly Verdict[] = cells.length === 0 || rows.length === 0 ? ['INCONCLUSIVE'] : [];
  const found = findings.flatMap((each) => (each.verdict === 'NOTE' ? [] : [each.verdict]));
  const verdict = worst([...rows.map((row) => row.verdict), ...found, ...nothing]);
  const settled =
    verdict === 'FAIL' ||
    (rows.every((row, at) => row.verdict === decisions[at]?.verdict && decisions[at]?.settled) &&
      findings.every((finding) => finding.verdict !== 'INCONCLUSIVE'));
  return { verdict, rows, findings, settled: settled && nothing.length === 0 };
}

interface Sample {
  readonly cell: string;
  readonly rule: GateRule;
  readonly harm: Harm;
  readonly base: number | null;
  readonly head: number | null;
  /** Why its numbers cannot be judged. */
  readonly problem: string | null;
}

/** Empty for a number that nobody asked for and that no round of this cell has. */
function sampleOf(cell: GateCell, rule: GateRule, named: boolean): readonly Sample[] {
  const used = cell.rounds.filter(isUsed);
  const bases = used.map(({ base }) => valueOn(base, rule));
  const heads = used.map(({ head }) => valueOn(head, rule));
  if (!named && used.length > 0 && [...bases, ...heads].every((value) => value === null)) return [];
  const base = medianOf(bases);
  const harms = used.map((_, at) => harmOf(bases[at] ?? null, heads[at] ?? null, rule));
  const unmeasured = [...lacking('base', bases), ...lacking('head', heads)];
  const isKnown = harms.every(Number.isFinite);
  const { fail, warn, floor } = rule.margins;
  const least = base !== null && base > 0 ? floor / base : 0;
  const problem =
    unmeasured.length > 0
      ? `not measured in ${unmeasured.join(' and ')}`
      : isKnown
        ? null
        : 'a value that is not above 0 has no ratio';
  const harm = {
    harms: problem === null ? harms : [],
    warn: Math.log1p(Math.max(warn, least)),
    fail: Math.log1p(Math.max(fail, least)),
  };
  return [{ cell: cell.title, rule, harm, base, head: medianOf(heads), problem }];
}

/** NaN where there is none. */
function harmOf(base: number | null, head: number | null, { metric }: GateRule): number {
  return base === null || head === null ? Number.NaN : (worseSign(metric) ?? 1) * Math.log(head / base);
}

function lacking(side: string, values: readonly (number | null)[]): readonly string[] {
  const count = values.filter((value) => value === null).length;
  return count === 0 ? [] : [`${count} of ${values.length} rounds of ${side}`];
}

function medianOf(values: readonly (number | null)[]): number | null {
  return spreadOf(values.filter((value) => value !== null))?.median ?? null;
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

function valueOn(record: RunRecord | null, rule: GateRule): number | null {
  return record === null ? null : valueIn(record, rule);
}

function isUsed({ base, head }: GateRound): boolean {
  return base !== null && head !== null && !isDoubtful(base) && !isDoubtful(head);
}

/** Rounds that a side did not finish cannot be left out: what made it stop may be what is asked for. Doubtful ones can, a few. */
function playedFindings({ title: cell, rounds }: GateCell): readonly GateFinding[] {
  const findings: GateFinding[] = [];
  for (const side of ['base', 'head'] as const) {
    const lost = rounds.filter((round) => round[side] === null).length;
    if (lost === 0) continue;
    findings.push({
      cell,
      verdict: 'INCONCLUSIVE',
      detail: `${side} left no record in ${lost} of ${rounds.length} rounds`,
    });
  }
  const doubtful = rounds.filter(
    (round) => round.base !== null && round.head !== null && !isUsed(round),
  ).length;
  if (doubtful > 0) {
    const many = doubtful > mostSetAside * rounds.length;
    const detail = `${doubtful} of ${rounds.length} rounds set aside: a side of them says itself that its numbers are doubtful`;
    findings.push({ cell, verdict: many ? 'INCONCLUSIVE' : 'NOTE', detail });
  }
  return findings;
}

/** Who loses events is fast: a check that the head alone does not keep fails the gate. */
function checkFindings({ title: cell, rounds }: GateCell): readonly GateFinding[] {
  const broken = (side: 'base' | 'head'): readonly string[] =>
    rounds.flatMap((round) =>
      (round[side]?.checks ?? []).flatMap(({ check, verdict }) => (verdict === 'FAIL' ? [check] : [])),
    );
  const [base, head] = [broken('base'), broken('head')];
  return [...new Set([...base, ...head])].map((check): GateFinding => {
    const times = (side: readonly string[]): number => side.filter((each) => each === check).length;
    const [before, now] = [times(base), times(head)];
    const verdict = now === 0 ? 'NOTE' : before === 0 ? 'FAIL' : 'INCONCLUSIVE';
    return { cell, verdict, detail: `${check} does not hold in ${now} rounds of head and ${before} of base` };
  });
}
