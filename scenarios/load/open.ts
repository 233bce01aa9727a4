import type { AgentEvent } from '../../core/event.ts';
import type { Message } from '../../core/message.ts';
import type { GeneratorParts } from './generator.ts';
import { typeOf } from './plan.ts';

/** Sends every event that is due, in batches; returns how many were due. */
export function sendDueEvents(parts: GeneratorParts, startMs: number, nowMs: number): number {
  const { workload, plan, payloads, population, events, eventLedger, tally } = parts;
  const stream = plan.events;
  const elapsedMs = nowMs - startMs;
  let batch: AgentEvent[] = [];
  let due = 0;
  let late = 0;
  const flush = (): void => {
    if (batch.length === 0) return;
    tally.counts.eventsSent += batch.length;
    void events.send(batch, nowMs);
    batch = [];
  };
  for (; stream.dueMs <= elapsedMs; stream.advance()) {
    due++;
    const worker =
      events.inFlight + batch.length < workload.inFlight ? population.working(stream.slot) : undefined;
    if (!worker) {
      late++;
      if (worker === null) tally.counts.sendsUnmanned++;
      continue;
    }
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
    tally.sendLag.events.record(nowMs - at, at);
    if (batch.length === workload.batch) flush();
  }
  flush();
  if (late > 0) {
    tally.counts.eventsLate += late;
    eventLedger.miss(late);
    tally.windows.add('late', nowMs, late);
  }
  if (due > 0) tally.windows.add('offered', nowMs, due);
  return due;
}

/** Makes every look at the state that is due; returns how many were. */
export function makeDueReads(
  { plan: { reads }, population, readers, tally }: GeneratorParts,
  startMs: number,
  nowMs: number,
): number {
  let due = 0;
  for (; reads.dueMs <= nowMs - startMs; reads.advance()) {
    due++;
    const worker = population.working(reads.slot);
    const isMade = worker !== null && readers?.read(worker.id, reads.choice, startMs + reads.dueMs);
    if (!isMade) tally.counts.readsLate++;
  }
  return due;
}

/** The same for messages: each to the agent that works in its slot. */
export function sendDueMessages(parts: GeneratorParts, startMs: number, nowMs: number): number {
  const { workload, plan, payloads, population, messages, messageLedger, tally } = parts;
  const stream = plan.messages;
  const elapsedMs = nowMs - startMs;
  let batch: Message[] = [];
  let due = 0;
  const flush = (): void => {
    if (batch.length === 0) return;
    tally.counts.messagesSent += batch.length;
    void messages.send(batch, nowMs);
    batch = [];
  };
  for (; stream.dueMs <= elapsedMs; stream.advance()) {
    due++;
    const addressee =
      messages.inFlight + batch.length < workload.inFlight ? population.working(stream.slot) : undefined;
    if (!addressee) {
      tally.counts.messagesLate++;
      messageLedger.miss(1);
      if (addressee === null) tally.counts.sendsUnmanned++;
      continue;
    }
    const at = startMs + stream.dueMs;
    batch.push({
      type: 'command',
      key: addressee.commands,
      swarmId: addressee.swarmId,
      producer: addressee.slot + 1,
      sequence: messageLedger.next(addressee.slot),
      at,
      sentAt: nowMs,
      data: payloads[stream.choice] as string,
    });
    tally.sendLag.messages.record(nowMs - at, at);
    if (batch.length === workload.batch) flush();
  }
  flush();
  return due;
}
