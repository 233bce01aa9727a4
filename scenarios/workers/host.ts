import type { Clock } from '../../core/clock.ts';
import { Tally } from '../measure/tally.ts';
import type { Announcements } from '../run/announcements.ts';
import { Ending } from '../run/ending.ts';
import { Gauges } from '../run/gauges.ts';
import { type MemorySample, sampleMemory } from '../run/memory.ts';
import type { Session } from '../run/session.ts';
import type { SystemUnderTest } from '../sut.ts';
import { type Ended, type Look, lookEveryMs, type StretchOrder } from './protocol.ts';

/** A part of a load that can be played. */
export interface Hosted {
  readonly session: Session;
  readonly sut: SystemUnderTest;
  readonly announcements: Announcements;
  /** How many subscribers are this worker's. */
  readonly subscribers: number;
  readonly clock: Clock;
  readonly interrupted: AbortSignal;
  /** Closes all of it, in good order. */
  close(): Promise<void>;
}

/** What a worker does for the process of the cell: each method is one of the things that it is asked for. */
export class WorkerHost {
  readonly #hosted: Hosted;
  readonly #tell: (look: Look) => void;
  #tally = new Tally([{ name: 'warmup', fromMs: 0, toMs: 0 }]);
  #startMs = 0;
  #stop = new AbortController();

  /** `tell` is given how it looks while it plays. */
  constructor(hosted: Hosted, tell: (look: Look) => void) {
    this.#hosted = hosted;
    this.#tell = tell;
  }

  /** The load that plays ends. */
  stop(): void {
    this.#stop.abort();
  }

  now(): number {
    return this.#hosted.clock.now();
  }

  memory(): Promise<MemorySample | null> {
    return sampleMemory();
  }

  async forgetEnded(): Promise<void> {
    await this.#hosted.sut.forgetEnded?.();
  }

  /** This worker's part of the subscribers. Once all have rehearsed: of that nobody is to see anything. */
  async subscribe(): Promise<Look> {
    const { session, subscribers } = this.#hosted;
    await session.audience.subscribe(subscribers);
    return this.look(true);
  }

  async populate(nowMs: number, limitMs: number): Promise<Look> {
    const { session, interrupted } = this.#hosted;
    await session.populate(nowMs, limitMs, interrupted);
    return this.look(false);
  }

  async begin({ spans, ...order }: StretchOrder): Promise<Look> {
    this.#tally = new Tally(spans);
    this.#startMs = order.startMs;
    this.#stop = new AbortController();
    await this.#hosted.session.begin({ ...order, spans, tally: this.#tally });
    return this.look(true);
  }

  /** Plays what was begun, from its start on. */
  async play(): Promise<Ended> {
    const { session, clock, interrupted } = this.#hosted;
    const signal = AbortSignal.any([interrupted, this.#stop.signal]);
    await clock.sleep(this.#startMs - clock.now());
    const gauges = new Gauges({ servers: [], nodes: [] }, clock, null);
    let toldMs = clock.now();
    await session.play(signal, () => {
      const nowMs = clock.now();
      gauges.beat(nowMs, 0);
      if (nowMs - toldMs < lookEveryMs) return;
      toldMs = nowMs;
      this.#tell(this.look(true));
    });
    const { cpuS, rssMaxBytes, loopDelay } = gauges.end();
    return { look: this.look(true), cpuS, rssMaxBytes, loopDelay: loopDelay.part() };
  }

  /** Spawns and ends that were due by `endMs` are done. */
  async settle(endMs: number, limitMs: number): Promise<Look> {
    const { session, clock, interrupted } = this.#hosted;
    await new Ending(session, clock).settle(endMs, limitMs, interrupted);
    return this.look(false);
  }

  /** `whole`: with latencies, and when what was sent was acknowledged. */
  look(whole: boolean): Look {
    const { session, sut, announcements } = this.#hosted;
    session.sweep(this.now());
    return {
      events: session.eventLedger.part(whole),
      messages: session.messageLedger.part(whole),
      samples: null,
      tally: this.#tally.part(whole),
      open: session.underWay.open,
      starts: {
        acknowledged: announcements.acknowledged,
        missing: announcements.missing,
        foreign: announcements.unasked,
      },
      filled: session.filled,
      subscriptions: session.subscriptionCount,
      calls: session.audience.subscribers.map(({ row, calls }) => [row.name, calls]),
      unanswered: session.unanswered,
      dropped: sut.events.dropped ?? null,
    };
  }

  async giveUp(): Promise<Look> {
    const { session } = this.#hosted;
    await session.giveUp();
    return { ...this.look(true), samples: session.eventLedger.samples };
  }

  close(): Promise<void> {
    return this.#hosted.close();
  }
}
