import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/error.ts';
import type { Random } from '../core/random.ts';
import type { FaultKind, Injection } from './fault.ts';
import type { Journal } from './journal.ts';
import type { Target } from './target.ts';
import { excludes, type FaultOrder } from './timeline.ts';

/** A fault whose kind and target have been found. */
export interface ReadyFault {
  readonly order: FaultOrder;
  readonly kind: FaultKind;
  readonly target: Target;
}

/** What became of one fault; times in ms from the start of the load, null for what did not happen. */
export interface FaultWindow {
  readonly order: FaultOrder;
  readonly injectedAtMs: number | null;
  readonly confirmedAtMs: number | null;
  readonly healedAtMs: number | null;
  readonly verifiedAtMs: number | null;
  /** What went wrong with the fault itself, in words; null: nothing. */
  readonly problem: string | null;
}

export interface TimelineParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  /** The load is over, or was stopped: what is in force is healed at once, what has not begun does not begin. */
  readonly end: AbortSignal;
  /** Told as the first fault is about to be injected, and as the last one has been seen healed. */
  readonly around?: { begun(nowMs: number): void; over(nowMs: number): void };
}

const lookEveryMs = 5;
/** What is not in force by then, where nothing else says until when, never will be. */
const momentaryMs = 2_000;
const healWithinMs = 10_000;

/** Injects and heals faults at their times. Resolves when all are over, one window for each, in their order; never rejects. */
export class Timeline {
  readonly #faults: readonly ReadyFault[];
  readonly #parts: TimelineParts;
  readonly #played: OneFault[] = [];
  #left: number;
  #begun = false;

  constructor(faults: readonly ReadyFault[], parts: TimelineParts) {
    this.#faults = faults;
    this.#parts = parts;
    this.#left = faults.length;
  }

  play(startMs: number): Promise<readonly FaultWindow[]> {
    const windows = new Map<ReadyFault, Promise<FaultWindow>>();
    for (const fault of [...this.#faults].sort((a, b) => a.order.atMs - b.order.atMs)) {
      const before = [...windows].filter(([other]) => isInTheWay(other, fault));
      const wayIsFree = Promise.all(before.map(([, window]) => window));
      windows.set(fault, this.#playOne(fault, startMs, wayIsFree));
    }
    return Promise.all(this.#faults.map((fault) => windows.get(fault) as Promise<FaultWindow>));
  }

  /** What has become of each by now, in the order in which they are due. */
  soFar(): readonly FaultWindow[] {
    return this.#played.map(({ window }) => window);
  }

  async #playOne(fault: ReadyFault, startMs: number, wayIsFree: Promise<unknown>): Promise<FaultWindow> {
    const one = new OneFault(fault, startMs, this.#parts, () => this.#beginning());
    this.#played.push(one);
    const random = this.#parts.random.fork(`fault ${this.#faults.indexOf(fault)}`);
    const window = await one.play(random, wayIsFree);
    if (--this.#left === 0 && this.#begun) this.#parts.around?.over(this.#parts.clock.now());
    return window;
  }

  #beginning(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#parts.around?.begun(this.#parts.clock.now());
  }
}

/** A heal takes as long as it takes: a server that is still starting cannot be restarted. */
function isInTheWay({ order, target }: ReadyFault, next: ReadyFault): boolean {
  const sameServer =
    target.kind === 'server' && next.target.kind === 'server' && target.server === next.target.server;
  return excludes(order, next.order, sameServer);
}

type Times = { -readonly [name in keyof FaultWindow]: FaultWindow[name] };

class OneFault {
  readonly #fault: ReadyFault;
  readonly #startMs: number;
  readonly #parts: TimelineParts;
  readonly #beginning: () => void;
  readonly window: Times;
  #beganMs = 0;

  constructor(fault: ReadyFault, startMs: number, parts: TimelineParts, beginning: () => void) {
    this.#fault = fault;
    this.#startMs = startMs;
    this.#parts = parts;
    this.#beginning = beginning;
    const none = { injectedAtMs: null, confirmedAtMs: null, healedAtMs: null, verifiedAtMs: null };
    this.window = { order: fault.order, ...none, problem: null };
  }

  /** At its time, or as soon after it as what it cannot overlap is over. */
  async play(random: Random, wayIsFree: Promise<unknown>): Promise<FaultWindow> {
    const { order, kind, target } = this.#fault;
    const { clock, journal, end } = this.#parts;
    const dueMs = this.#startMs + order.atMs;
    await this.#until(dueMs);
    const arrivedMs = clock.now();
    await wayIsFree;
    this.#beganMs = dueMs + clock.now() - arrivedMs;
    if (end.aborted) return this.window;
    let injection: Injection;
    try {
      injection = await kind.prepare(target, order.options, { clock, random });
      const noted = journal.note(injection.undo);
      this.#beginning();
      this.window.injectedAtMs = this.#sinceStart();
      await this.#inject(injection);
      await this.#heal(injection);
      if (this.window.verifiedAtMs !== null) journal.done(noted);
    } catch (error) {
      this.#trouble(`could not be injected: ${messageOf(error)}`);
    }
    return this.window;
  }

  /** Puts it in force and looks, until its time is over, whether it is. */
  async #inject(injection: Injection): Promise<void> {
    const { order, kind } = this.#fault;
    const { clock, end } = this.#parts;
    try {
      await injection.inject();
    } catch (error) {
      this.#trouble(`could not be injected: ${messageOf(error)}`);
      return;
    }
    const nowMs = clock.now();
    const planned = order.forMs === null ? Number.POSITIVE_INFINITY : this.#beganMs + order.forMs;
    const untilMs = kind.momentary ? nowMs + momentaryMs : planned;
    if (await this.#seen(() => injection.inForce(), untilMs, end))
      this.window.confirmedAtMs = this.#sinceStart();
    if (!kind.momentary) await this.#until(untilMs);
  }

  /** Takes it back, whatever became of it, and looks whether it is gone. */
  async #heal(injection: Injection): Promise<void> {
    const { clock } = this.#parts;
    try {
      await injection.heal();
      this.window.healedAtMs = this.#sinceStart();
      if (await this.#seen(() => injection.healed(), clock.now() + healWithinMs))
        this.window.verifiedAtMs = this.#sinceStart();
    } catch (error) {
      this.#trouble(`could not be healed: ${messageOf(error)}`);
    }
  }

  /** Looks until it is so: false when it was not by then. A look that fails says nothing, and is taken again. */
  async #seen(look: () => boolean | Promise<boolean>, untilMs: number, stop?: AbortSignal): Promise<boolean> {
    const { clock } = this.#parts;
    for (;;) {
      let failure: unknown = null;
      try {
        if (await look()) return true;
      } catch (error) {
        failure = error;
      }
      if (clock.now() >= untilMs || stop?.aborted) {
        if (failure !== null) this.#trouble(`could not be looked at: ${messageOf(failure)}`);
        return false;
      }
      await clock.sleep(Math.min(lookEveryMs, Math.max(untilMs - clock.now(), 0)));
    }
  }

  /** Waits for a moment, or for the end of the load. */
  async #until(atMs: number): Promise<void> {
    const { clock, end } = this.#parts;
    if (end.aborted) return;
    if (atMs === Number.POSITIVE_INFINITY) {
      await new Promise<void>((resolve) => end.addEventListener('abort', () => resolve(), { once: true }));
      return;
    }
    const leftMs = atMs - clock.now();
    if (leftMs <= 0) return;
    // Ended by the signal: what is asked next is whether it has aborted.
    await clock.sleep(leftMs, end).catch(() => undefined);
  }

  #trouble(what: string): void {
    this.window.problem ??= what;
  }

  #sinceStart(): number {
    return this.#parts.clock.now() - this.#startMs;
  }
}
