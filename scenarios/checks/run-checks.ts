import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/error.ts';
import type { CheckResult } from '../../reports/record.ts';
import type { CheckName } from '../scenario.ts';
import { type DetailedFact, type Evidence, type Judgement, type Patience, undecided } from './check.ts';
import { checkTable } from './table.ts';

/** What one check says, and all the facts that are kept of it: the result tells the first few. */
export interface Checked {
  readonly result: CheckResult;
  readonly facts: readonly DetailedFact[];
}

/** Facts told in the record, and kept for the list beside it. */
const told = 10;
const kept = 100_000;
/** How long one check may think, in ms. */
const longestMs = 10_000;

/** Runs the named checks. One that throws, or cannot decide in its time, does not know: that is never a pass. */
export function runChecks(
  names: readonly CheckName[],
  evidence: Evidence,
  clock: Pick<Clock, 'now'>,
): readonly Checked[] {
  return names.map((check) => {
    try {
      return tell(check, checkTable[check].check(evidence, patienceOf(clock)));
    } catch (error) {
      return tell(check, undecided(`the check itself failed: ${messageOf(error)}`));
    }
  });
}

function patienceOf(clock: Pick<Clock, 'now'>): Patience {
  const untilMs = clock.now() + longestMs;
  return {
    get over() {
      return clock.now() > untilMs;
    },
  };
}

function tell(check: CheckName, { verdict, detail, facts }: Judgement): Checked {
  const some: DetailedFact[] = [];
  for (const fact of facts) {
    if (some.length >= kept) {
      some.push({ text: `and more: only the first ${kept} are listed` });
      break;
    }
    some.push(typeof fact === 'string' ? { text: fact } : fact);
  }
  const evidence = some.slice(0, told).map(({ text }) => text);
  return { result: { check, verdict, detail, evidence }, facts: some };
}
