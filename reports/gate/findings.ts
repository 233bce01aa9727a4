import type { Verdict } from '../record.ts';
import { type GateCell, isSetAside, mostSetAside } from './rounds.ts';

/** What beside the numbers speaks for or against a cell. */
export interface GateFinding {
  readonly cell: string;
  /** A NOTE changes nothing. */
  readonly verdict: Verdict | 'NOTE';
  readonly detail: string;
}

/** Rounds that a side did not finish cannot be left out: what made it stop may be what is asked for. Doubtful ones can, a few. */
export function playedFindings({ title: cell, rounds }: GateCell): readonly GateFinding[] {
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
  const doubtful = rounds.filter(isSetAside).length;
  if (doubtful > 0) {
    const many = doubtful > mostSetAside * rounds.length;
    const detail = `${doubtful} of ${rounds.length} rounds set aside: a side of them says itself that its numbers are doubtful`;
    findings.push({ cell, verdict: many ? 'INCONCLUSIVE' : 'NOTE', detail });
  }
  return findings;
}

/** Who loses events is fast: a check that the head alone does not keep fails the gate. */
export function checkFindings({ title: cell, rounds }: GateCell): readonly GateFinding[] {
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
