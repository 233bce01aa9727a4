import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AgentEvent } from '../../core/event.ts';
import type { GeneratorParts } from './generator.ts';
import { typeOf } from './plan.ts';

/**
 * Closed model: `concurrency` callers, each sending its next batch when the one before was answered. For saturation
 * only: it asks no more than the target can do, so its latencies say nothing of what a user would wait.
 */
export async function playClosed(parts: GeneratorParts, startMs: number): Promise<void> {
  const { workload, plan, clock, signal, tally, events } = parts;
  const caller = async (): Promise<void> => {
    for (;;) {
      const nowMs = clock.now();
      if (signal.aborted || nowMs - startMs >= plan.totalMs) return;
      const batch = makeBatch(parts, nowMs);
      if (batch.length === 0) await clock.sleep(1);
      else {
        tally.counts.eventsSent += batch.length;
        tally.windows.add('offered', nowMs, batch.length);
        await events.send(batch, nowMs);
        // An adapter that answers in the same turn must not keep the turn for itself.
        await nextTurn();
      }
    }
  };
  await Promise.all(Array.from({ length: workload.concurrency }, caller));
}

/** The next events of a closed model, as many as a publish has; none where no agent works. */
export function makeBatch(
  { workload, plan, payloads, population, eventLedger }: GeneratorParts,
  nowMs: number,
): AgentEvent[] {
  const { events } = plan;
  const batch: AgentEvent[] = [];
  for (let index = 0; index < workload.batch; index++) {
    const worker = population.working(events.slot);
    if (worker === null) return batch;
    const { choice } = events;
    events.chooseOurs();
    batch.push({
      type: typeOf(choice),
      key: worker.id,
      swarmId: worker.swarmId,
      producer: worker.slot + 1,
      sequence: eventLedger.next(worker.slot),
      at: nowMs,
      sentAt: nowMs,
      data: payloads[choice] as string,
    });
  }
  return batch;
}
