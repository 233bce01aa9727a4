import type { EventType } from '../../core/event.ts';
import type { Random } from '../../core/random.ts';
import type { Lifetime, Phase, Workload } from '../scenario.ts';
import { Arrivals } from './arrivals.ts';
import { RateProfile } from './rate.ts';
import { isOwn, type Share } from './share.ts';

/** The types that agents at work emit; the others belong to the lifecycle and are the orchestrator's own to send. */
const workTypes: readonly EventType[] = [
  'turn_start',
  'thinking_start',
  'thinking_delta',
  'thinking_delta',
  'thinking_end',
  'tool_call_start',
  'tool_call_end',
  'text_delta',
  'text_delta',
  'text_delta',
  'turn_end',
];

/** The stream of one kind of operation. `dueMs` is when the current one is due; `advance` moves to the next. */
export class OperationPlan {
  readonly #arrivals: Arrivals;
  readonly #random: Random;
  readonly #slots: number;
  readonly #choices: number;
  readonly #inTurn: boolean;
  readonly #share: Share | null;
  /** The agent slot that it is done by, or to, or that it is for. */
  slot = -1;
  /** Which of `choices` (payloads, say) it takes. */
  choice = 0;

  constructor(options: {
    readonly kind: 'poisson' | 'constant';
    readonly profile: RateProfile;
    readonly random: Random;
    readonly slots: number;
    readonly choices: number;
    /** Of operations that fall to agents of another process nothing is to be seen. Absent: all are ours. */
    readonly share?: Share | undefined;
  }) {
    this.#random = options.random;
    this.#slots = options.slots;
    this.#choices = options.choices;
    this.#inTurn = options.kind === 'constant';
    this.#share = options.share ?? null;
    this.#arrivals = new Arrivals(options.kind, options.profile, options.random.fork('arrivals'));
    this.choose();
    if (!this.#isOurs) this.advance();
  }

  get dueMs(): number {
    return this.#arrivals.dueMs;
  }

  advance(): void {
    do {
      this.#arrivals.advance();
      this.choose();
    } while (!this.#isOurs && Number.isFinite(this.dueMs));
  }

  /** As `choose`, of what is ours. */
  chooseOurs(): void {
    do this.choose();
    while (!this.#isOurs);
  }

  get #isOurs(): boolean {
    return this.#share === null || isOwn(this.slot, this.#share);
  }

  /**
   * Moves to what the next one does, leaving alone when it is due: all that a closed model needs. Constant arrivals
   * give every agent its turn; Poisson ones are the sum of one Poisson process per agent.
   */
  choose(): void {
    if (!this.#inTurn) this.slot = Math.floor(this.#random.next() * this.#slots);
    else if (++this.slot === this.#slots) this.slot = 0;
    this.choice = Math.floor(this.#random.next() * this.#choices);
  }
}

export function typeOf(choice: number): EventType {
  return workTypes[choice % workTypes.length] as EventType;
}

/** How one agent's life ends, and after how long. */
export interface Fate {
  readonly livesMs: number;
  readonly end: 'complete' | 'fail' | 'kill';
}

export function drawFate({ meanMs, complete, fail }: Lifetime, random: Random): Fate {
  const livesMs = random.exponential(meanMs);
  const draw = random.next();
  return { livesMs, end: draw < complete ? 'complete' : draw < complete + fail ? 'fail' : 'kill' };
}

/** What the load will do over some phases: one stream a kind of operation, each with chance of its own. */
export interface LoadPlan {
  readonly totalMs: number;
  readonly events: OperationPlan;
  readonly messages: OperationPlan;
  readonly transitions: OperationPlan;
  readonly reads: OperationPlan;
  /** Planned totals at the profile's rates. */
  readonly offered: { readonly events: number; readonly messages: number; readonly transitions: number };
}

/** A look is at one of up to four kinds of thing, each as likely, however many there are. */
const lookChoices = 12;

/**
 * The same workload, phases and seed give the same operations at the same times; those of all shares together are those of
 * the whole.
 */
export function planLoad(
  workload: Workload,
  phases: readonly Phase[],
  random: Random,
  payloads: number,
  share?: Share,
): LoadPlan {
  const profile = (perS: number): RateProfile =>
    new RateProfile(
      phases.map(({ forMs, rateFrom, rateTo }) => ({
        forMs,
        fromPerS: perS * rateFrom,
        toPerS: perS * rateTo,
      })),
    );
  const kind = workload.arrivals === 'poisson' ? 'poisson' : 'constant';
  const rates = {
    events: profile(workload.arrivals === 'closed' ? 0 : workload.eventsPerS),
    messages: profile(workload.messagesPerS),
    transitions: profile(workload.transitionsPerS),
    reads: profile(workload.readsPerS ?? 0),
  };
  const stream = (name: keyof typeof rates, choices = payloads): OperationPlan =>
    new OperationPlan({
      kind,
      profile: rates[name],
      random: random.fork(name),
      slots: Math.max(1, workload.agents),
      choices,
      share,
    });
  return {
    totalMs: rates.events.totalMs,
    events: stream('events'),
    messages: stream('messages'),
    transitions: stream('transitions'),
    reads: stream('reads', lookChoices),
    offered: {
      events: rates.events.total,
      messages: rates.messages.total,
      transitions: rates.transitions.total,
    },
  };
}
