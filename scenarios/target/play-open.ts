import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import type { Arrivals } from '../load/arrivals.ts';
import type { Tally } from '../measure/tally.ts';
import { countOutcome } from './outcomes.ts';
import type { Sender } from './sender.ts';
import type { HttpRequest } from './target.ts';

export interface OpenParts {
  readonly arrivals: Arrivals;
  readonly totalMs: number;
  readonly choose: () => HttpRequest;
  readonly sender: Pick<Sender, 'send' | 'inFlight'>;
  /** Requests under way at the most; what is due beyond is not sent. */
  readonly inFlight: number;
  readonly clock: Clock;
  readonly tally: Tally;
  readonly signal: AbortSignal;
  /** Called about every 50 ms. */
  readonly beat: (elapsedMs: number) => void;
}

const beatMs = 50;
const longestPauseMs = 10;
/** Requests in one turn from which on the next turn is asked for at once. */
const busyTurn = 50;

/** Open model: what is due is sent, whatever became of what was sent before, and its response time counts from when it was due. */
export async function playOpen(parts: OpenParts, startMs: number): Promise<void> {
  const { arrivals, totalMs, clock, signal, beat } = parts;
  let nextBeat = startMs;
  while (!signal.aborted) {
    const nowMs = clock.now();
    const elapsedMs = nowMs - startMs;
    const due = sendDue(parts, startMs, nowMs);
    if (nowMs >= nextBeat) {
      nextBeat = nowMs + beatMs;
      beat(Math.min(elapsedMs, totalMs));
    }
    if (elapsedMs >= totalMs) return;
    const untilMs = Math.min(startMs + arrivals.dueMs, nextBeat, startMs + totalMs, nowMs + longestPauseMs);
    if (due >= busyTurn) await nextTurn();
    else await clock.sleep(Math.max(1, Math.floor(untilMs - nowMs)));
  }
}

/** Sends what is due; how many requests that was. */
function sendDue(
  { arrivals, choose, sender, inFlight, clock, tally }: OpenParts,
  startMs: number,
  nowMs: number,
): number {
  let due = 0;
  for (; startMs + arrivals.dueMs <= nowMs; arrivals.advance()) {
    due++;
    const dueMs = startMs + arrivals.dueMs;
    const request = choose();
    if (sender.inFlight >= inFlight) {
      tally.counts.repliesLate++;
      continue;
    }
    const sentMs = clock.now();
    tally.sendLag.requests.record(sentMs - dueMs, dueMs);
    void sender
      .send(request)
      .then((outcome) => countOutcome(tally, request, outcome, { dueMs, sentMs, endMs: clock.now() }));
  }
  tally.counts.repliesDue += due;
  if (due > 0) tally.windows.add('offered', nowMs, due);
  return due;
}
