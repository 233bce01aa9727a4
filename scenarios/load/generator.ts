import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import type { Message } from '../../core/message.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';
import { playClosed } from './closed.ts';
import type { Member } from './member.ts';
import { makeDueReads, sendDueEvents, sendDueMessages } from './open.ts';
import type { LoadPlan } from './plan.ts';
import type { Publisher } from './publisher.ts';
import type { Readers } from './readers.ts';
import type { Share } from './share.ts';
import { playWriters } from './writers.ts';

/** Operations in one turn from which on the generator asks for the next turn at once instead of sleeping. */
const busyTurn = 50;
/** Half of the shortest window of an abort bound, so that each holds a beat of its own. */
const beatMs = 50;
/** What comes up during a sleep (a short life that has just begun) is late by this at the most. */
const longestPauseMs = 10;

/** Those to whom operations fall, as far as the generator needs to know: a population. */
export interface Workers {
  /** The agent that does what falls to a slot; null when there is none. */
  working(slot: number): Pick<Member, 'id' | 'slot' | 'swarmId' | 'commands'> | null;
  /** Pauses or resumes the agent of a slot, or another that is idle. Resolves when that was answered; undefined: there is none. */
  transition(slot: number): Promise<void> | undefined;
  /** When something of their own is due next, in Clock milliseconds ... */
  readonly dueMs: number;
  /** ... and what does it. */
  advance(nowMs: number): void;
  /** Lets go of what is not needed any more. */
  sweep(): void;
}

export interface GeneratorParts {
  readonly workload: Workload;
  readonly plan: LoadPlan;
  readonly payloads: readonly string[];
  readonly clock: Clock;
  readonly population: Workers;
  readonly events: Publisher<AgentEvent>;
  readonly messages: Publisher<Message>;
  /** Absent: nobody looks at the state. */
  readonly readers?: Pick<Readers, 'read'>;
  readonly eventLedger: Ledger;
  readonly messageLedger: Ledger;
  readonly tally: Tally;
  readonly signal: AbortSignal;
  /** What of the load is ours. Absent: all of it. */
  readonly share?: Share | undefined;
  /** Who publish in a closed model. Absent: we do. */
  readonly callers?: Callers | null;
  /** Called about every 50 ms, for what must happen while the load plays. */
  readonly beat: (elapsedMs: number) => void;
}

/**
 * Plays the publishes of a closed model: callers that each send the next batch when the one before was answered. Resolves, never
 * rejects, when nothing that they asked is without an answer.
 */
export type Callers = (parts: GeneratorParts, startMs: number) => Promise<void>;

/**
 * Plays a plan against the clock. Open model: what is due is sent, whatever became of what was sent before, and its
 * latency counts from when it was due. Sends beyond the in-flight bound are not made; they are counted as late.
 */
export async function playLoad(parts: GeneratorParts, startMs: number): Promise<void> {
  const { clock, plan, population, signal } = parts;
  const { counts } = parts.tally;
  const { arrivals, writers = 0 } = parts.workload;
  let callersLeft = 0;
  for (const callers of [
    ...(arrivals === 'closed' ? [parts.callers ?? playClosed] : []),
    ...(writers > 0 ? [playWriters] : []),
  ]) {
    callersLeft++;
    void callers(parts, startMs).then(() => callersLeft--);
  }
  let nextBeat = startMs;
  while (!signal.aborted) {
    const nowMs = clock.now();
    const elapsedMs = nowMs - startMs;
    const sent =
      sendDueEvents(parts, startMs, nowMs) +
      sendDueMessages(parts, startMs, nowMs) +
      makeDueReads(parts, startMs, nowMs);
    population.advance(nowMs);
    for (; plan.transitions.dueMs <= elapsedMs; plan.transitions.advance()) {
      counts.transitionsDue++;
      if (population.transition(plan.transitions.slot) === undefined) counts.transitionsLate++;
    }
    if (nowMs >= nextBeat) {
      nextBeat = nowMs + beatMs;
      beat(parts, nowMs, elapsedMs);
    }
    // Callers of the closed model still wait for their last answer, or for its deadline.
    if (elapsedMs >= plan.totalMs && callersLeft === 0) break;
    if (sent >= busyTurn) await nextTurn();
    else await clock.sleep(pauseMs(parts, startMs, nowMs, nextBeat));
  }
}

function beat(parts: GeneratorParts, nowMs: number, elapsedMs: number): void {
  parts.events.expire(nowMs);
  parts.messages.expire(nowMs);
  parts.population.sweep();
  parts.beat(Math.min(elapsedMs, parts.plan.totalMs));
}

/** Until the next thing is due: at least the timer's own grain. */
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
    startMs + plan.reads.dueMs,
    population.dueMs,
    nextBeat,
    nowMs + longestPauseMs,
  );
  const endMs = startMs + plan.totalMs;
  const untilMs = endMs > nowMs ? Math.min(dueMs, endMs) : dueMs;
  return Math.max(1, Math.floor(untilMs - nowMs));
}
