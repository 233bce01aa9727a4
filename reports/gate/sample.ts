import { valueIn } from '../compare.ts';
import type { RunRecord } from '../record.ts';
import { spreadOf } from '../statistics.ts';
import type { Harm } from './decide.ts';
import { type GateCell, isUsed } from './rounds.ts';
import { type GateRule, worseSign } from './rule.ts';

/** One number of one cell on both sides. */
export interface Sample {
  readonly cell: string;
  readonly rule: GateRule;
  readonly harm: Harm;
  readonly base: number | null;
  readonly head: number | null;
  /** Why its numbers cannot be judged. */
  readonly problem: string | null;
}

/** Empty for a number that nobody asked for and that no round of this cell has. */
export function sampleOf(cell: GateCell, rule: GateRule, named: boolean): readonly Sample[] {
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
    warn: marginOf(warn, least),
    fail: marginOf(fail, least),
  };
  return [{ cell: cell.title, rule, harm, base, head: medianOf(heads), problem }];
}

/** As a logarithm; a goal, which lies below 0, has no floor. */
function marginOf(share: number, least: number): number {
  return Math.log1p(share < 0 ? share : Math.max(share, least));
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

function valueOn(record: RunRecord | null, rule: GateRule): number | null {
  return record === null ? null : valueIn(record, rule);
}
