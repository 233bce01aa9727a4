import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/error.ts';
import { type Backoff, backoffMs } from '../../core/lifecycle/backoff.ts';
import { createRandom } from '../../core/random.ts';
import { samplesNeeded } from '../../reports/metric-table.ts';
import { sharedFrames } from '../drivers/shared-frames.ts';
import { Histogram } from '../measure/histogram.ts';
import { type Disturbance, PhaseHistograms, type PhaseSpan } from '../measure/phases.ts';
import { LoopDelay } from '../run/loop-delay.ts';
import { type Connections, socketsOf } from '../scenario.ts';
import { type CrowdTally, Member } from './member.ts';
import type { CrowdOpened, CrowdOrder, CrowdReport, Measured } from './protocol.ts';
import type { Range } from './seen.ts';

/** How those whose connection broke come back: not all at once, and not for ever at the same pace. */
const comeBack: Backoff = { baseMs: 100, factor: 2, maxMs: 2000, jitter: 1 };
/** Between two looks at whether all has come. */
const lookEveryMs = 50;

/** Clients of a scenario, over WebSockets: many of them in one process, which does nothing else. */
export class Crowd {
  readonly #clock: Clock;
  readonly #connections: Connections;
  readonly #members: readonly Member[];
  /** Null: there are no faults. */
  readonly #disturbance: Disturbance | null;
  readonly #loopDelay: LoopDelay;
  #tally: CrowdTally;
  #cpu = process.cpuUsage();
  #whenOver: { readonly deliveries: number; readonly cpuS: number } | null = null;

  constructor({ urls, connections, isDisturbed, seed }: CrowdOrder, clock: Clock) {
    this.#clock = clock;
    this.#connections = connections;
    const never = Number.POSITIVE_INFINITY;
    this.#disturbance = isDisturbed ? { beganMs: never, endedMs: never } : null;
    this.#tally = createTally([], this.#disturbance);
    this.#loopDelay = new LoopDelay(clock);
    const random = createRandom(seed);
    const read = sharedFrames();
    const waitMs = (attempt: number): number => backoffMs(comeBack, attempt, random);
    const common = { clock, urls, waitMs, read };
    this.#members = dealt(connections).map(
      (clients, at) => new Member({ ...common, clients, at, isSlow: at < connections.slow }),
    );
  }

  /** Opens all WebSockets, each when it is due; resolves when every one is there, or was refused. */
  async open(): Promise<CrowdOpened> {
    const connect = new Histogram();
    const refusals: string[] = [];
    const startMs = this.#clock.now();
    const openings: Promise<void>[] = [];
    for (const [at, member] of this.#members.entries()) {
      const dueMs = startMs + (at * 1000) / this.#connections.openPerS;
      // Timers know whole milliseconds, and what is opened too early would have taken less than no time.
      while (this.#clock.now() < dueMs) await this.#clock.sleep(Math.ceil(dueMs - this.#clock.now()));
      openings.push(
        member.open().then(
          () => connect.record(this.#clock.now() - dueMs),
          (error: unknown) => void refusals.push(messageOf(error)),
        ),
      );
    }
    await Promise.all(openings);
    const [refusal = null] = refusals;
    const open = this.#members.length - refusals.length;
    return { open, refused: refusals.length, refusal, connect: measured(connect) };
  }

  /** The measured time begins, and with it those that are to stand still do. */
  begin(spans: readonly PhaseSpan[], first: readonly number[]): void {
    this.#tally = createTally(spans, this.#disturbance);
    for (const member of this.#members) member.begin(first, this.#tally);
    const slow = this.#members.filter(({ isSlow }) => isSlow);
    for (const member of slow) member.standStill();
    if (slow.length > 0)
      this.#clock.after(this.#connections.standStillMs, () => {
        for (const member of slow) member.goOn();
      });
    this.#cpu = process.cpuUsage();
    this.#loopDelay.start();
  }

  disturb(which: keyof Disturbance, atMs: number): void {
    if (this.#disturbance !== null) this.#disturbance[which] = atMs;
  }

  loadIsOver(): void {
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#loopDelay.stop();
    this.#whenOver = { deliveries: this.#tally.deliveries, cpuS: (user + system) / 1e6 };
  }

  /** Resolves once all that is owed has come, or `withinMs` have passed. */
  async end(owed: readonly (readonly Range[])[], withinMs: number): Promise<CrowdReport> {
    const untilMs = this.#clock.now() + withinMs;
    while (this.#missing(owed) > 0 && this.#clock.now() < untilMs) await this.#clock.sleep(lookEveryMs);
    const { deliveries = 0, cpuS = 0 } = this.#whenOver ?? {};
    const { delivery, reconnect, reconnects } = this.#tally;
    const phases = [[null, delivery.total()] as const, ...delivery.byPhase()];
    const [others, slow] = [false, true].map((isSlow) =>
      this.#members.filter((member) => member.isSlow === isSlow),
    ) as [Member[], Member[]];
    const { histogram } = this.#loopDelay;
    return {
      delivery: phases.flatMap(([phase, samples]) => {
        const found = measured(samples);
        return found === null ? [] : [[phase, found] as const];
      }),
      deliveries,
      duplicates: sumOf(others, ({ duplicates }) => duplicates),
      lost: sumOf(others, (member) => member.missing(owed)),
      dropped: sumOf(others, ({ dropped }) => dropped),
      reconnect: measured(reconnect),
      reconnects,
      open: this.#members.filter(({ isOpen }) => isOpen).length,
      slow:
        slow.length === 0
          ? null
          : {
              disconnects: sumOf(slow, ({ disconnects }) => disconnects),
              dropped: sumOf(slow, ({ dropped }) => dropped),
              lost: sumOf(slow, (member) => member.missing(owed)),
            },
      cpuS,
      eventLoopDelayP99Ms: histogram.count >= samplesNeeded('p', 99) ? histogram.percentile(99) : null,
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.close()));
  }

  #missing(owed: readonly (readonly Range[])[]): number {
    return sumOf(this.#members, (member) => member.missing(owed));
  }
}

/** How many clients each WebSocket has. */
function dealt({ count, perSocket, idle }: Connections): readonly number[] {
  const { withClients } = socketsOf({ count, perSocket, idle });
  const clients = Array.from({ length: withClients }, (_, at) => Math.min(perSocket, count - at * perSocket));
  return [...clients, ...new Array<number>(idle).fill(0)];
}

function createTally(spans: readonly PhaseSpan[], disturbance: Disturbance | null): CrowdTally {
  const delivery = new PhaseHistograms(spans, disturbance);
  return { delivery, reconnect: new Histogram(), deliveries: 0, reconnects: 0 };
}

function measured(histogram: Histogram): Measured | null {
  const metric = histogram.summarise();
  return metric === undefined ? null : { metric, stored: histogram.store() };
}

function sumOf(members: readonly Member[], pick: (member: Member) => number): number {
  return members.reduce((sum, member) => sum + pick(member), 0);
}
