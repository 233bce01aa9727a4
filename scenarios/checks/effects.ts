import { type Check, type Evidence, holds, type Judgement, worstOf } from './check.ts';
import { rowsOf, sumOf } from './delivery.ts';
import { judgeLosses, owedAndLost } from './loss.ts';
import { judgeRepeated } from './repeats.ts';

/*
 * An effect is what a handler of ours was called with: the agents and subscribers of the load note it themselves, in
 * their own rows of the ledger, whatever the orchestrator reports.
 */

function repeatsIn(evidence: Evidence): number {
  return sumOf(rowsOf(evidence), (row) => row.duplicates);
}

/** Everything acknowledged takes effect at everyone entitled to it, once or more. */
export const atLeastOnce: Check = (evidence) =>
  judgeLosses(evidence) ??
  holds(`${owedAndLost(evidence).owed} effects, each at least once, ${repeatsIn(evidence)} again`);

/** Everything acknowledged takes effect at everyone entitled to it, and no effect is had twice. */
export const exactlyOnceEffect: Check = (evidence) =>
  worstOf([judgeRepeats(evidence), judgeLosses(evidence)]) ??
  holds(`${owedAndLost(evidence).owed} effects, each exactly once`);

function judgeRepeats(evidence: Evidence): Judgement | null {
  const repeats = repeatsIn(evidence);
  if (repeats === 0) return null;
  const facts = rowsOf(evidence).flatMap((row) => row.evidence.duplicate);
  return judgeRepeated(evidence, `${repeats} effects were had again`, facts);
}
