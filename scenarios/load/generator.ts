import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import type { Message } from '../../core/message.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';
import { type LoadPlan, typeOf } from './plan.ts';
import { commandsTopic, type Population } from './population.ts';
import type { Publisher } from './publisher.ts';

/** Operations in one turn from which on the generator asks for the next turn at once instead of sleeping. */
const busyTurn = 50;

export interface GeneratorParts {
  readonly workload: Workload;
  readonly plan: LoadPlan;
  readonly payloads: readonly string[];
  readonly clock: Clock;
  readonly population: Population;
  readonly events: Publisher<AgentEvent>;
  readonly messages: Publisher<Message>;
  readonly eventLedger: Ledger;
  readonly messageLedger: Ledger;
  readonly tally: Tally;
  readonly signal: AbortSignal;
  /** Called about every 100 ms, for what must happen while the load plays. */
  readonly beat: (elapsedMs: number) => void;
}

/**
 * Plays a plan against the clock. Open model: what is due is sent, whatever became of what was sent before, and its
 * latency counts from when it was due. Sends beyond the in-flight bound are not made; they are counted as late.
 */
export async function playLoad(parts: GeneratorParts, startMs: number): Promise<void> {
  const { clock, plan, population, signal } = parts;
  const closed = parts.workload.arrivals === 'closed' ? runClosed(parts, startMs) : undefined;
  let nextBeat = startMs;
  for (;;) {
    const nowMs = clock.now();
    const elapsedMs = nowMs - startMs;
    if (signal.aborted) break;
    const sent = sendEvents(parts, startMs, nowMs) + sendMessages(parts, startMs, nowMs);
    population.advance(nowMs);
    while (plan.transitions.dueMs <= elapsedMs) {
      population.transition(plan.transitions.slot);
      plan.transitions.advance();
    }
    if (nowMs >= nextBeat) {
      nextBeat = nowMs + 100;
      parts.events.expire(nowMs);
      parts.messages.expire(nowMs);
      population.sweep();
      parts.beat(Math.min(elapsedMs, plan.totalMs));
    }
    if (elapsedMs >= plan.totalMs) break;
    if (sent >= busyTurn) await nextTurn();
    else await clock.sleep(pauseMs(parts, startMs, nowMs, nextBeat));
  }
  await closed;
}

/** Until the next thing is due: at least the timer's own grain, at most until the next beat. */
function pauseMs(
  { plan, population }: GeneratorParts,
  startMs: number,
  nowMs: number,
  nextBeat: number,
): number {
  const dueMs = Math.min(
    startMs + plan.events.dueMs,
    startMs + plan.messages.dueMs,
    startMs + plan.transitions.dueMs,
    startMs + plan.totalMs,
    population.dueMs,
    nextBeat,
  );
  return Math.max(1, Math.floor(dueMs - nowMs));
}

function sendEvents(parts: GeneratorParts, startMs: number, nowMs: number): number {
  const { workload, plan, payloads, population, events, eventLedger, tally } = parts;
  const stream = plan.events;
  const elapsedMs = nowMs - startMs;
  let batch: AgentEvent[] = [];
  let taken = 0;
  let late = 0;
  while (stream.dueMs <= elapsedMs) {
    taken++;
    const worker =
      events.inFlight + batch.length < workload.inFlight ? population.working(stream.slot) : null;
    if (worker === null) late++;
    else {
      const at = startMs + stream.dueMs;
      batch.push({
        type: typeOf(stream.choice),
        key: worker.id,
        swarmId: worker.swarmId,
        producer: worker.slot + 1,
        sequence: eventLedger.next(worker.slot),
        at,
        sentAt: nowMs,
        data: payloads[stream.choice] as string,
      });
      tally.sendLag.record(nowMs - at, at);
      if (batch.length === workload.batch) {
        tally.counts.eventsSent += batch.length;
        events.send(batch, nowMs);
        batch = [];
      }
    }
    stream.advance();
  }
  if (batch.length > 0) {
    tally.counts.eventsSent += batch.length;
    events.send(batch, nowMs);
  }
  if (late > 0) {
    tally.counts.eventsLate += late;
    tally.windows.add('late', nowMs, late);
  }
  if (taken > 0) tally.windows.add('offered', nowMs, taken);
  return taken;
}

function sendMessages(parts: GeneratorParts, startMs: number, nowMs: number): number {
  const { workload, plan, payloads, population, messages, messageLedger, tally } = parts;
  const stream = plan.messages;
  const elapsedMs = nowMs - startMs;
  const batch: Message[] = [];
  let taken = 0;
  while (stream.dueMs <= elapsedMs) {
    taken++;
    const addressee =
      messages.inFlight + batch.length < workload.inFlight ? population.working(stream.target) : null;
    if (addressee === null) tally.counts.messagesLate++;
    else {
      batch.push({
        type: 'command',
        key: commandsTopic(addressee.id),
        swarmId: addressee.swarmId,
        producer: addressee.slot + 1,
        sequence: messageLedger.next(addressee.slot),
        at: startMs + stream.dueMs,
        sentAt: nowMs,
        data: payloads[stream.choice] as string,
      });
    }
    stream.advance();
  }
  if (batch.length > 0) {
    tally.counts.messagesSent += batch.length;
    messages.send(batch, nowMs);
  }
  return taken;
}

/** Closed model: `concurrency` callers, each sending its next batch when the one before was answered. */
async function runClosed(parts: GeneratorParts, startMs: number): Promise<void> {
  const { workload, plan, clock, signal } = parts;
  const caller = async (): Promise<void> => {
    for (;;) {
      const nowMs = clock.now();
      if (signal.aborted || nowMs - startMs >= plan.totalMs) return;
      const batch = makeBatch(parts, nowMs);
      if (batch.length === 0) await clock.sleep(1);
      else {
        parts.tally.counts.eventsSent += batch.length;
        parts.tally.windows.add('offered', nowMs, batch.length);
        await parts.events.send(batch, nowMs);
        // An adapter that answers in the same turn must not keep the turn for itself.
        await nextTurn();
      }
    }
  };
  await Promise.all(Array.from({ length: workload.concurrency }, caller));
}

function makeBatch(
  { workload, plan, payloads, population, eventLedger }: GeneratorParts,
  nowMs: number,
): AgentEvent[] {
  const batch: AgentEvent[] = [];
  for (let index = 0; index < workload.batch; index++) {
    const { slot, choice } = plan.events;
    plan.events.advance();
    const worker = population.working(slot);
    if (worker === null) return batch;
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
