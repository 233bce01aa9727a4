import type { Tally } from '../measure/tally.ts';
import type { Outcome } from './sender.ts';
import { type HttpRequest, isExpected } from './target.ts';

/** When a request was due (a closed model's: when it was sent), sent, and its outcome known, in Clock milliseconds. */
export interface Times {
  readonly dueMs: number;
  readonly sentMs: number;
  readonly endMs: number;
}

/** Counts what became of a request. Times are those of answers that were expected; the others are counted. */
export function countOutcome(tally: Tally, request: HttpRequest, outcome: Outcome, times: Times): void {
  const { dueMs, sentMs, endMs } = times;
  if (outcome.kind === 'answered') {
    if (!countStatus(tally, request, outcome.status, endMs)) return;
    tally.latencies.response_ms.record(endMs - dueMs, dueMs);
    tally.latencies.service_ms.record(endMs - sentMs, dueMs);
    tally.windows.add('response_ms', endMs, endMs - dueMs);
  } else if (outcome.kind === 'refused') tally.failed(`refused: ${outcome.why}`, endMs);
  else if (outcome.kind === 'timeout') {
    tally.counts.requestsTimedOut++;
    tally.inDoubt('no answer in time', endMs);
  } else tally.inDoubt(`broken: ${outcome.why}`, endMs);
}

/** Counts an answer; whether it was expected. */
export function countStatus(tally: Tally, request: HttpRequest, status: number, atMs: number): boolean {
  const { counts } = tally;
  const column = `status${Math.floor(status / 100)}xx`;
  if (column in counts) counts[column as keyof typeof counts]++;
  if (!isExpected(request, status)) {
    counts.requestsUnexpected++;
    tally.failed(`status ${status}`, atMs);
    return false;
  }
  counts.requestsDone++;
  counts.repliesDone++;
  tally.windows.add('acked', atMs, 1);
  return true;
}
