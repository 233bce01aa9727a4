import type { Clock } from '../../core/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Row } from '../ledger/row.ts';
import type { AgentCopy } from '../load/agent-copy.ts';
import type { Chains } from '../load/chain.ts';
import type { LoadTool } from '../load/load-tool.ts';
import type { LoadPlan } from '../load/plan.ts';
import type { PhaseSpan } from '../measure/phases.ts';
import type { Tally } from '../measure/tally.ts';
import type { Phase } from '../scenario.ts';
import type { Backlog } from './backlog.ts';
import type { UnderWay } from './ending.ts';
import type { WorkerUse } from './worker-use.ts';

/** Some phases of a load, and where they count. */
export interface Stretch {
  /** What the seed is forked by, so that each has operations of its own. */
  readonly label: string;
  readonly phases: readonly Phase[];
  readonly startMs: number;
  readonly spans: readonly PhaseSpan[];
  readonly tally: Tally;
  /** A population of its own is spawned for it, and chains are begun. */
  readonly isMeasured: boolean;
}

/** Those who subscribed to events. */
export interface Heard {
  /** One of them was there before the first agent, and sees the start of each. */
  readonly witnessed: boolean;
  /** `calls`: events that the handler was called with, counted apart from the ledger. */
  readonly subscribers: readonly { readonly row: Row; readonly calls: number }[];
}

/**
 * All that drives one system under test and sees what comes back: a session in our own process, or the workers of a crew in
 * theirs. Lives through the warm-up and the measured time; each is played with a tally of its own.
 */
export interface Load extends UnderWay {
  readonly eventLedger: Ledger;
  readonly messageLedger: Ledger;
  readonly audience: Heard;
  readonly chains: Pick<Chains, 'wanted' | 'done' | 'links'> | null;
  /** All agents as they were looked at; null: what is looked at is not kept. */
  readonly copy: AgentCopy | null;
  /** Agent slots that somebody works in. */
  readonly filled: number;
  readonly subscriptionCount: number;
  /** What was asked and never answered, and how often. */
  readonly unanswered: readonly (readonly [what: string, times: number])[];
  /** What each worker used while the load last played; null: it plays in our own process. */
  readonly workers: readonly WorkerUse[] | null;
  /** Another program that plays a part of it. Absent or null: there is none. */
  readonly tool?: LoadTool | null;
  /** Gets ready to play these phases, before it is said when they start. Absent: nothing has to. */
  prepare?(phases: readonly Phase[]): Promise<void>;
  /** Counts what is known only after the end of what was played. Absent: there is nothing of that kind. */
  finish?(signal: AbortSignal): Promise<void>;
  /** When what is begun now can start, in Clock milliseconds. */
  startsAt(clock: Clock): number;
  /** The operations of some phases; the same seed and label give the same plan. */
  plan(phases: readonly Phase[], label: string): LoadPlan;
  /** The first population, all at once; resolves when it is there, or `limitMs` are over. It stands still from then on. */
  populate(nowMs: number, limitMs: number, signal: AbortSignal): Promise<void>;
  /** What is asked for from now on counts in the stretch. */
  begin(stretch: Stretch): Promise<void>;
  /** Plays what was begun. `beat` is called about every 50 ms. */
  play(signal: AbortSignal, beat: (elapsedMs: number) => void): Promise<void>;
  /** Holds subscribers back until enough waits for them. */
  backlog(from: ArrayLike<number>): Backlog | null;
  /** Subscribers that come half-way through. */
  joinLate(): Promise<void>;
  /** Nobody waits any longer: what has no answer now is unknown. Resolves when all of it is counted. */
  giveUp(): Promise<void>;
  close(): Promise<void>;
}
