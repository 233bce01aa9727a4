import type { Verdict } from '../record.ts';
import { bracketOf, isBlind } from './bracket.ts';
import { confidenceOf } from './confidence.ts';
import { isClosed } from './next-value.ts';
import { type SearchPlan, valueText } from './plan.ts';
import type { SeenProbe } from './seen-probe.ts';

/**
 * What keeps the answer from being higher: the stack; the load generator, or another reason for which more could not be
 * seen (then the limit is "at least"); the end of the range; that not even its lowest value holds; or that nothing is known.
 */
export type Edge = 'stack' | 'generator' | 'unseen' | 'range' | 'below' | 'unknown';

/** What a search came to. */
export interface SearchAnswer {
  /** Whether there is an answer as near and as sure as was asked for; FAIL where not even the lowest value holds. */
  readonly verdict: Verdict;
  readonly edge: Edge;
  /** The highest value that holds; null where none is known. */
  readonly limit: number | null;
  /** The lowest value that does not; null where none is known. */
  readonly breaksAt: number | null;
  /** How sure it is that the edge lies between the two; of "at least", that it does not lie below. */
  readonly confidence: number;
  /** Why it breaks there, and in how many of the probes of that value; the first is what broke first. */
  readonly reasons: readonly string[];
  readonly broke: { readonly times: number; readonly of: number } | null;
  readonly held: { readonly times: number; readonly of: number } | null;
}

export function answerOf(plan: SearchPlan, probes: readonly SeenProbe[]): SearchAnswer {
  const bracket = bracketOf(probes);
  const { low, high } = bracket;
  const seen = high === null ? [] : probes.filter(({ value }) => value === high.value);
  const failed = seen.filter(({ outcome }) => outcome !== 'held');
  const edge = edgeOf(plan, probes);
  const confidence = edge === 'unknown' ? 0 : confidenceOf(bracket, probes);
  const isKnown = isClosed(plan, probes) && confidence >= plan.confidence;
  return {
    verdict: verdictOf(edge, isKnown),
    edge,
    limit: low?.value ?? null,
    breaksAt: high?.value ?? null,
    confidence,
    reasons: [...new Set((failed.find(({ outcome }) => outcome === 'broke') ?? failed[0])?.reasons ?? [])],
    broke: high === null ? null : { times: failed.length, of: seen.length },
    held:
      low === null
        ? null
        : { times: low.probes.filter(({ outcome }) => outcome === 'held').length, of: low.probes.length },
  };
}

function edgeOf({ from, to }: SearchPlan, probes: readonly SeenProbe[]): Edge {
  const { low, high } = bracketOf(probes);
  if (high === null) return low === null || low.value < to ? 'unknown' : 'range';
  if (isBlind(high)) {
    if (low === null) return 'unknown';
    return probes.some(({ value, lacksGenerator }) => value === high.value && lacksGenerator)
      ? 'generator'
      : 'unseen';
  }
  if (low !== null) return 'stack';
  return high.value <= from ? 'below' : 'unknown';
}

function verdictOf(edge: Edge, isKnown: boolean): Verdict {
  if (!isKnown) return 'INCONCLUSIVE';
  if (edge === 'below') return 'FAIL';
  return edge === 'stack' || edge === 'range' ? 'PASS' : 'INCONCLUSIVE';
}

/** `1950/s to 2047/s`, `at least 5000/s`, `below 100/s`: the answer in words. */
export function limitText({ vary, from }: SearchPlan, { edge, limit, breaksAt }: SearchAnswer): string {
  const text = (value: number): string => valueText(vary, value);
  if (edge === 'below') return `below ${text(from)}`;
  if (limit === null) return 'unknown';
  return edge === 'stack' && breaksAt !== null ? text(limit) : `at least ${text(limit)}`;
}
