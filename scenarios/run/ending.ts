import type { Clock } from '../../core/clock.ts';

/** What is still under way after a load, as far as its end needs to know: a session. */
export interface UnderWay {
  /** Nothing at all. */
  readonly quiet: boolean;
  /** Deliveries owed that have not come. */
  outstanding(): number;
  /** What has arrived so far: it only grows, and while it grows more may come. */
  arrived(): number;
  /** What there is, in words. */
  describe(): string;
  /** Gives up on what is past its deadline, and lets go of what is not needed any more. */
  sweep(nowMs: number): void;
  /** Spawns and ends: whether any is due by `endMs` or under way ... */
  busy(endMs: number): boolean;
  /** ... starts those that are due by then ... */
  advance(endMs: number): void;
  /** ... and starts no others after it. */
  stop(endMs: number): void;
  /** Asks those elsewhere how far they are. Absent: all of it is known here. */
  refresh?(): Promise<void>;
}

export interface Ended {
  /** Nothing was under way any more when the time was up. */
  readonly complete: boolean;
  /** From the end of the load to when no delivery was outstanding, in ms; null when some still were. */
  readonly drainMs: number | null;
  /** From the end of the load to when the waiting ended, in ms. */
  readonly tookMs: number;
  /** What was left, in words; empty when nothing was. */
  readonly left: string;
  /** Deliveries may still have been coming when the time was up: what is missing may be late, not lost. */
  readonly stillArriving: boolean;
}

/** What has not come after so long a silence, in ms, does not come: half of the time there was, within these bounds. */
const silence = { least: 100, most: 500 };
/** While our own process stands still nothing can arrive: of the time between two looks no more than this is silence. */
const longestLookMs = 20;

/** The end of a load: what was due is done, then what is under way has its time to arrive. Begins when it is made. */
export class Ending {
  readonly #load: UnderWay;
  readonly #clock: Clock;
  readonly #fromMs: number;
  #emptyAtMs: number | null = null;
  #lookedMs: number;
  #arrived: number;
  #silentMs = 0;

  constructor(load: UnderWay, clock: Clock) {
    this.#load = load;
    this.#clock = clock;
    this.#fromMs = clock.now();
    this.#lookedMs = this.#fromMs;
    this.#arrived = load.arrived();
  }

  /**
   * No more lives and ends from here on: what was due by `endMs` is done first, also what only came up when a spawn that
   * was under way had ended. Resolves when nothing of it is under way, after `limitMs`, or on an interrupt.
   */
  async settle(endMs: number, limitMs: number, signal: AbortSignal): Promise<void> {
    const limit = this.#clock.now() + limitMs;
    while (this.#load.busy(endMs) && !signal.aborted && this.#look() < limit) {
      this.#load.advance(endMs);
      await this.#clock.sleep(1);
      await this.#load.refresh?.();
    }
    this.#load.stop(endMs);
  }

  /** Waits until nothing is under way, or for `limitMs`. */
  async drain(limitMs: number, signal: AbortSignal): Promise<Ended> {
    const load = this.#load;
    const limit = this.#clock.now() + limitMs;
    let nowMs = this.#look();
    while (!load.quiet && !signal.aborted && nowMs < limit) {
      await this.#clock.sleep(2);
      await load.refresh?.();
      nowMs = this.#look();
    }
    const complete = load.quiet;
    const enoughMs = Math.max(silence.least, Math.min(silence.most, limitMs / 2));
    return {
      complete,
      drainMs: this.#emptyAtMs === null ? null : this.#emptyAtMs - this.#fromMs,
      tookMs: nowMs - this.#fromMs,
      left: complete ? '' : load.describe(),
      stillArriving: !complete && this.#silentMs < enoughMs,
    };
  }

  /** Looks at what is under way, and says when. */
  #look(): number {
    const nowMs = this.#clock.now();
    this.#load.sweep(nowMs);
    if (this.#load.outstanding() > 0) this.#emptyAtMs = null;
    else this.#emptyAtMs ??= nowMs;
    const arrived = this.#load.arrived();
    if (arrived > this.#arrived) this.#silentMs = 0;
    else this.#silentMs += Math.min(nowMs - this.#lookedMs, longestLookMs);
    this.#arrived = arrived;
    this.#lookedMs = nowMs;
    return nowMs;
  }
}
