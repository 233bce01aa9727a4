import type { Backoff } from '../core/lifecycle/backoff.ts';
import type { OrchestratorTuning } from '../scenarios/scenario.ts';
import type { BackoffFile, Limit, OrchestratorFile } from './scenario-file.ts';
import { parseDuration } from './units.ts';

/** How the orchestrator is tuned, every duration a number of ms, every limit that there is none of null. */
export function resolveOrchestrator(file: OrchestratorFile): Required<Omit<OrchestratorTuning, 'lease'>> {
  const { lock, retry, patience, deadline, breaker, dualWrite } = file;
  const { retention, cacheSize, batch, outboxLimit, outbox, history } = file;
  return {
    lock,
    retry: resolveBackoff(retry),
    patience: resolveBackoff(patience),
    deadlineMs: deadline === 'forever' ? null : parseDuration(deadline),
    breaker: { failures: breaker.failures, openForMs: parseDuration(breaker.openFor) },
    dualWrite,
    retention:
      retention === null
        ? null
        : {
            endedForMs: retention.endedFor === 'forever' ? null : parseDuration(retention.endedFor),
            endedKept: limit(retention.endedKept),
            everyMs: parseDuration(retention.every),
          },
    cacheSize,
    batch,
    outboxLimit,
    outbox,
    history: history === null ? null : { keep: limit(history.keep) },
  };
}

/** `unbounded` is null. */
export function limit(written: Limit): number | null {
  return written === 'unbounded' ? null : written;
}

function resolveBackoff({
  attempts,
  base,
  factor,
  max,
  jitter,
}: BackoffFile): Backoff & { attempts: number } {
  return { attempts, baseMs: parseDuration(base), factor, maxMs: parseDuration(max), jitter };
}
