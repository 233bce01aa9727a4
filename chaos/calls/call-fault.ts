import type { Clock } from '../../core/clock.ts';
import type { FaultKind, FaultOptions, FaultTools, Injection } from '../fault.ts';
import type { Call, Effect, Gate } from '../gate.ts';
import type { Target } from '../target.ts';
import { layOver, type Member, type WatchedCall, watchCalls } from './watched-call.ts';

/** A fault on calls: what it does to one, and how somebody who sees only both ends can tell. */
export interface CallFault extends Pick<FaultKind, 'name' | 'meaning' | 'methods' | 'options'> {
  /** `lifted` aborts as it is healed: what it holds back then goes, before anything that is asked for later. */
  effect(options: FaultOptions, tools: FaultTools, lifted: AbortSignal): Effect | HitAndMiss;
  shows(watched: WatchedCall, options: FaultOptions): boolean;
}

/** What happens to a call that is hit, and to one that is spared. */
export interface HitAndMiss {
  readonly hit: Effect;
  readonly miss: Effect;
}

/** Without a call in this time after the heal, in ms, nobody is left who could feel the fault. */
const quietMs = 200;
/** Once a call was seen hit after the heal, so unlikely a row of spared ones has to be before it says that nothing hits. */
const chanceOfSparing = 1e-6;
const leastInARow = 20;
const pass: Effect = (_call, proceed, asked) => proceed(asked);

export function callFault({ effect, shows, ...described }: CallFault): FaultKind {
  return {
    ...described,
    targets: ['calls'],
    options: {
      ...described.options,
      probability: { type: 'share', default: 1, meaning: 'the chance of each call to be hit' },
    },
    prepare(target, options, tools) {
      if (target.kind !== 'calls') throw new TypeError(`${described.name} is for calls`);
      const lifted = new AbortController();
      const made = effect(options, tools, lifted.signal);
      const both = typeof made === 'function' ? { hit: made, miss: pass } : made;
      return new CallInjection(target, described.methods, both, lifted, tools, {
        share: options['probability'] as number,
        shows: (watched) => shows(watched, options),
      });
    },
  };
}

/** How many calls in a row a fault in force would spare with no more than that chance. */
function sparedInARow(share: number): number {
  return share >= 1
    ? leastInARow
    : Math.max(leastInARow, Math.ceil(Math.log(chanceOfSparing) / Math.log(1 - share)));
}

/** An effect on some calls of a gate; whoever watches them from both sides says whether it is there. */
class CallInjection implements Injection {
  readonly undo = [];
  readonly #layer: { readonly gate: Gate; readonly member: Member };
  readonly #clock: Clock;
  readonly #lifted: AbortController;
  readonly #miss: Effect;
  #effect: Effect;
  #lift: (() => void) | null = null;
  #hit = false;
  #healedMs = Number.POSITIVE_INFINITY;
  readonly #convincing: number;
  /** Calls asked for since the heal that came through as they were meant, one after another up to now. */
  #clean = 0;
  /** One was hit all the same, or looked as if it were: on a machine that stands still a call is held by nobody. */
  #hitSinceHeal = false;

  constructor(
    { gate, port, method }: Extract<Target, { kind: 'calls' }>,
    methods: readonly string[] | undefined,
    { hit, miss }: HitAndMiss,
    lifted: AbortController,
    { clock, random }: FaultTools,
    { share, shows }: { readonly share: number; shows(watched: WatchedCall): boolean },
  ) {
    this.#clock = clock;
    this.#convincing = sparedInARow(share);
    this.#effect = (call, proceed, asked) => (random.next() < share ? hit : miss)(call, proceed, asked);
    this.#miss = miss;
    this.#lifted = lifted;
    const watched = watchCalls(
      (call, proceed, asked) => this.#effect(call, proceed, asked),
      () => clock.now(),
      (seen) => this.#note(seen.askedMs, shows(seen)),
    );
    const isMeant = (called: string): boolean =>
      method === null || called === method || called.endsWith(`.${method}`);
    const matches = (call: Call): boolean =>
      call.port === port && (methods?.includes(call.method) ?? true) && isMeant(call.method);
    this.#layer = { gate, member: { matches, effect: watched } };
  }

  #note(askedMs: number, shown: boolean): void {
    if (askedMs < this.#healedMs) this.#hit ||= shown;
    else {
      this.#hitSinceHeal ||= shown;
      this.#clean = shown ? 0 : this.#clean + 1;
    }
  }

  async inject(): Promise<void> {
    this.#lift ??= layOver(this.#layer.gate, this.#layer.member);
  }

  async heal(): Promise<void> {
    this.#effect = this.#miss;
    this.#lifted.abort();
    this.#healedMs = Math.min(this.#healedMs, this.#clock.now());
  }

  inForce(): boolean {
    return this.#hit;
  }

  healed(): boolean {
    const quiet = this.#clock.now() - this.#healedMs > quietMs;
    const enough = this.#hitSinceHeal ? this.#convincing : 1;
    const healed = this.#clean >= enough || (this.#clean === 0 && !this.#hitSinceHeal && quiet);
    // Nobody watches any more once it is known.
    if (healed) this.#lift?.();
    return healed;
  }
}
