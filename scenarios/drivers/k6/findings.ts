import type { Finding } from '../../../reports/record.ts';
import type { K6Told } from './account.ts';
import type { PointsRead } from './points.ts';
import { describeEnd, isGoodEnd, type K6End } from './process.ts';

export interface K6Seen {
  readonly end: K6End;
  /** Null: it has written no samples at all. */
  readonly read: PointsRead | null;
  readonly told: K6Told;
  /** Requests that the gateway has answered meanwhile; null: it did not say. */
  readonly counted: number | null;
  /** It was stopped by us, before its time. */
  readonly isAborted: boolean;
}

/** Why what k6 has told cannot be believed, or not be taken for the load that was asked for. */
export function findingsOf({ end, read, told, counted, isAborted }: K6Seen): readonly Finding[] {
  const { answered, unanswered, dropped } = told;
  const requests = answered + unanswered;
  const doubts: (readonly [about: string, detail: string])[] = [];
  if (dropped > 0)
    doubts.push([
      'k6 dropped iterations',
      `${dropped} of ${dropped + requests} requests were due while every virtual user was busy, and were not made: fewer will do, or a larger inFlight`,
    ]);
  if (isAborted) return doubts.map(doubt);
  if (!isGoodEnd(end)) doubts.push(['k6 failed', describeEnd(end)]);
  if (requests === 0) doubts.push(['no samples', 'k6 tells of no request: nothing was measured by it']);
  if (read !== null && read.malformed > 0)
    doubts.push([
      'k6 output broken',
      `${read.malformed} of ${read.lines} lines of its output are no samples: what they would have told is missing`,
    ]);
  const wrong = counted === null ? 'the gateway does not say what it answered' : disagreement(counted, told);
  if (wrong !== null) doubts.push(['requests disagree', wrong]);
  const crossed = { verdict: 'NOTE', about: 'k6', detail: 'k6: thresholds of its own were crossed' } as const;
  return [...doubts.map(doubt), ...(end.code === 99 ? [crossed] : [])];
}

function doubt([about, detail]: readonly [string, string]): Finding {
  return { verdict: 'INCONCLUSIVE', about, detail };
}

/**
 * Why what a program says of its requests does not agree with what the gateway has counted; null when it does. Of a request
 * without an answer nobody knows whether it was one over there.
 */
export function disagreement(
  counted: number,
  { answered, unanswered }: { readonly answered: number; readonly unanswered: number },
): string | null {
  if (counted >= answered && counted <= answered + unanswered) return null;
  const also = unanswered > 0 ? ` and ${unanswered} without an answer` : '';
  return `k6 tells of ${answered} answered requests${also}, the gateway has answered ${counted}`;
}
