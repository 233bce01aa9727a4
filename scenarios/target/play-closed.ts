import type { Clock } from '../../core/clock.ts';
import { fire, type Lane } from '../drivers/cannon.ts';
import { judgeCounts } from '../drivers/judge-counts.ts';
import type { Tally } from '../measure/tally.ts';
import { countStatus } from './outcomes.ts';
import type { HttpRequest } from './target.ts';

export interface ClosedParts {
  /** Where the service is reached, and what it is called. */
  readonly url: string;
  readonly host: string;
  readonly connections: number;
  readonly deadlineMs: number;
  readonly totalMs: number;
  readonly choose: () => HttpRequest;
  readonly clock: Clock;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/** Closed model, by autocannon: each connection asks again when it was answered. */
export async function playClosed(parts: ClosedParts): Promise<void> {
  const { url, connections, deadlineMs: timeoutMs, totalMs: forMs, clock, tally, signal } = parts;
  const counts = { asked: 0, answered: 0 };
  const lane = (): Lane => laneOf(parts, counts);
  const autocannon = await fire({ url, connections, timeoutMs, forMs, clock, signal, lane });
  tally.counts.requestsTimedOut += autocannon.timeouts;
  tally.doubts.push(...judgeCounts({ ...counts, idle: 0, autocannon, gateway: null }));
}

function laneOf(
  { host, choose, clock, tally }: ClosedParts,
  counts: { asked: number; answered: number },
): Lane {
  let open: { readonly request: HttpRequest; readonly sentMs: number } | null = null;
  return {
    next() {
      const request = choose();
      open = { request, sentMs: clock.now() };
      counts.asked++;
      tally.counts.repliesDue++;
      tally.windows.add('offered', open.sentMs, 1);
      const { method, path, headers, body } = request;
      return { method, path, headers: { host, ...headers }, ...(body !== undefined && { body }) };
    },
    answered(status, _, tookMs) {
      counts.answered++;
      if (open === null) return;
      const { request, sentMs } = open;
      if (countStatus(tally, request, status, clock.now())) tally.latencies.service_ms.record(tookMs, sentMs);
    },
    lost: () => tally.inDoubt('no answer', clock.now()),
  };
}
