import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { payloadCount } from '../load/payload.ts';
import { type LoadPlan, planLoad } from '../load/plan.ts';
import type { Heard, Load, Stretch } from '../run/load.ts';
import type { MemorySample } from '../run/memory.ts';
import { inWords } from '../run/under-way.ts';
import type { WorkerUse } from '../run/worker-use.ts';
import type { Phase, Workload } from '../scenario.ts';
import { Looks, useOf } from './looks.ts';
import type { Ended, Look } from './protocol.ts';
import type { Watch } from './watch.ts';

/** How long before a load starts its workers are told, in ms: all of them have to have heard of it. */
const leadMs = 250;
const beatMs = 50;
/** Looking costs the workers time: in the end of a load they are asked this far apart, in ms. */
const askEveryMs = 10;

export interface CrewParts {
  /** Who have opened their part of the load. */
  readonly watch: Watch;
  readonly workload: Workload;
  readonly clock: Clock;
  /** All chance of the cell comes of it. */
  readonly random: Random;
  /** Ends the load that plays, and whatever would follow. */
  readonly signal: AbortSignal;
}

/**
 * A load that workers play, each in a process of its own: they start together and do what falls to them of one plan, by one
 * clock; what they have counted is put together here. A call rejects when one of them is lost.
 */
export class Crew implements Load {
  readonly chains = null;
  readonly copy = null;
  readonly #watch: Watch;
  readonly #workload: Workload;
  readonly #clock: Clock;
  readonly #random: Random;
  #stretch: Stretch | null = null;
  #looks = new Looks([]);
  /** The latest of each worker while it plays. */
  #latest: Look[] = [];
  #unsettled = 0;
  #failure: unknown = null;
  #workers: readonly WorkerUse[] = [];

  constructor({ watch, workload, clock, random, signal }: CrewParts) {
    this.#watch = watch;
    this.#workload = workload;
    this.#clock = clock;
    this.#random = random;
    watch.looked = (which, look) => {
      this.#latest[which] = look;
    };
    const interrupt = (): void => watch.stop(true);
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt, { once: true });
  }

  get eventLedger(): Ledger {
    return this.#looks.ledger('events');
  }

  get messageLedger(): Ledger {
    return this.#looks.ledger('messages');
  }

  get audience(): Heard {
    const subscribers = this.eventLedger.rows.map((row) => ({ row, calls: this.#looks.callsOf(row.name) }));
    return { witnessed: subscribers.length > 0, subscribers };
  }

  get filled(): number {
    return this.#looks.sum(({ filled }) => filled);
  }

  get subscriptionCount(): number {
    return this.#looks.sum(({ subscriptions }) => subscriptions);
  }

  get unanswered(): Load['unanswered'] {
    return this.#looks.unanswered;
  }

  get workers(): readonly WorkerUse[] {
    return this.#workers;
  }

  /** Null: it cannot be said. */
  get dropped(): number | null {
    return this.#looks.dropped;
  }

  startsAt(clock: Clock): number {
    return clock.now() + leadMs;
  }

  plan(phases: readonly Phase[], label: string): LoadPlan {
    return planLoad(this.#workload, phases, this.#random.fork(label), payloadCount);
  }

  async subscribe(): Promise<void> {
    this.#take(await this.#watch.all<Look>('subscribe'));
  }

  async populate(nowMs: number, limitMs: number): Promise<void> {
    this.#take(await this.#watch.all<Look>('populate', nowMs, limitMs));
  }

  async begin({ tally, ...order }: Stretch): Promise<void> {
    const looks = await this.#watch.all<Look>('begin', order);
    this.#stretch = { tally, ...order };
    this.#take(looks);
  }

  async play(signal: AbortSignal, beat: (elapsedMs: number) => void): Promise<void> {
    if (this.#stretch === null) throw new Error('nothing was begun that could be played');
    const { phases, label, startMs, isMeasured } = this.#stretch;
    const { totalMs } = this.plan(phases, label);
    const stop = (): void => this.#watch.stop(false);
    signal.addEventListener('abort', stop, { once: true });
    let isOver = false;
    const playing = this.#watch.all<Ended>('play').finally(() => {
      isOver = true;
    });
    if (signal.aborted) stop();
    try {
      while (!isOver) {
        await Promise.race([playing, this.#clock.sleep(beatMs)]);
        if (isOver) break;
        this.#take(this.#latest);
        const elapsedMs = this.#clock.now() - startMs;
        if (elapsedMs >= 0) beat(Math.min(elapsedMs, totalMs));
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
    const ends = await playing;
    this.#take(ends.map(({ look }) => look));
    if (isMeasured) this.#workers = ends.map((end, which) => useOf(this.#watch.pids[which] ?? 0, end));
    this.#settle(startMs + totalMs);
  }

  /** Each worker does what was due by then, and says when it has. */
  #settle(endMs: number): void {
    this.#unsettled = 1;
    this.#watch.all('settle', endMs, this.#workload.drainMs).then(
      () => {
        this.#unsettled = 0;
      },
      (error: unknown) => {
        this.#failure = error;
      },
    );
  }

  async refresh(): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    await this.#clock.sleep(askEveryMs);
    this.#take(await this.#watch.all<Look>('look', false));
  }

  #take(looks: readonly Look[]): void {
    this.#latest = [...looks];
    this.#looks = new Looks(looks);
    this.#stretch?.tally.become(looks.map(({ tally }) => tally));
  }

  outstanding(): number {
    return this.eventLedger.outstanding() + this.messageLedger.outstanding();
  }

  get quiet(): boolean {
    const { sends, operations, reads } = this.#looks.open;
    return sends + operations + reads + this.#looks.startsMissing === 0 && this.outstanding() === 0;
  }

  arrived(): number {
    const rows = [...this.eventLedger.rows, ...this.messageLedger.rows];
    const seen = this.#looks.sum(({ starts }) => starts.acknowledged - starts.missing + starts.foreign);
    return rows.reduce((sum, row) => sum + row.accounted, seen);
  }

  describe(): string {
    const starts = this.#looks.startsMissing;
    return inWords({ ...this.#looks.open, deliveries: this.outstanding(), starts, chains: 0 });
  }

  busy(): boolean {
    return this.#unsettled > 0;
  }

  /** Workers see to that themselves. */
  sweep(): void {}
  advance(): void {}
  stop(): void {}

  backlog(): null {
    return null;
  }

  async joinLate(): Promise<void> {}

  async giveUp(): Promise<void> {
    this.#take(await this.#watch.all<Look>('giveUp'));
  }

  async forgetEnded(): Promise<void> {
    await this.#watch.all('forgetEnded');
  }

  /** What all workers hold together; null where one cannot say. */
  async memory(): Promise<MemorySample | null> {
    const samples = await this.#watch.all<MemorySample | null>('memory');
    return samples.reduce((sum, sample) => {
      if (sum === null || sample === null) return null;
      const names = Object.keys(sum) as (keyof MemorySample)[];
      return Object.fromEntries(
        names.map((name) => [name, sum[name] + sample[name]]),
      ) as unknown as MemorySample;
    });
  }

  async close(): Promise<void> {
    await this.#watch.close();
  }
}
