import type { RunRecord } from '../record.ts';
import { isDoubtful } from '../verdict.ts';

/** What one cell left on both sides, round by round; null where it left no record. */
export interface GateCell {
  readonly title: string;
  readonly rounds: readonly GateRound[];
}

export interface GateRound {
  readonly base: RunRecord | null;
  readonly head: RunRecord | null;
}

/** Rounds of which more than this share is not used say too little of what happens when nobody looks. */
export const mostSetAside = 0.25;

/** Both sides left a record, and neither doubts itself. */
export function isUsed({ base, head }: GateRound): boolean {
  return base !== null && head !== null && !isDoubtful(base) && !isDoubtful(head);
}

/** Both sides left a record, and one of them says itself that it may not be believed: the machine had other things to do. */
export function isSetAside(round: GateRound): boolean {
  return round.base !== null && round.head !== null && !isUsed(round);
}
