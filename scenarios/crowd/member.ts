import type { Clock } from '../../core/clock.ts';
import type { Message } from '../../core/message.ts';
import { GatewaySocket, type GatewaySocketOptions } from '../drivers/gateway-socket.ts';
import type { Histogram } from '../measure/histogram.ts';
import type { PhaseHistograms } from '../measure/phases.ts';
import { type Range, Seen } from './seen.ts';

/** A gateway that closes a WebSocket for being slow says so by this. */
const tooSlow = 1013;

/** Where the members of a crowd count what they see. */
export interface CrowdTally {
  readonly delivery: PhaseHistograms;
  readonly reconnect: Histogram;
  deliveries: number;
  reconnects: number;
}

export interface MemberParts {
  readonly clock: Clock;
  /** Clients on it; none: it subscribes to nothing. */
  readonly clients: number;
  /** It is to stand still for a while: what it sees is none of the others' numbers. */
  readonly isSlow: boolean;
  readonly urls: readonly string[];
  /** Which of the gateways it goes to first. */
  readonly at: number;
  readonly waitMs: (attempt: number) => number;
  readonly read: GatewaySocketOptions['read'];
}

/** One WebSocket of a crowd, and the clients on it. It comes back by itself, each time to the next gateway. */
export class Member {
  readonly #parts: MemberParts;
  readonly isSlow: boolean;
  #socket: GatewaySocket | null = null;
  #clients: readonly Seen[] = [];
  #tally: CrowdTally | null = null;
  #at: number;
  #lostAtMs: number | null = null;
  #droppedBefore = 0;
  /** Times it was closed for being slow. */
  disconnects = 0;

  constructor(parts: MemberParts) {
    this.#parts = parts;
    this.isSlow = parts.isSlow;
    this.#at = parts.at;
  }

  get isOpen(): boolean {
    return this.#socket !== null && this.#lostAtMs === null;
  }

  /** Events left out for it since the measured time began. */
  get dropped(): number {
    return (this.#socket?.dropped ?? 0) - this.#droppedBefore;
  }

  get duplicates(): number {
    return this.#clients.reduce((sum, { duplicates }) => sum + duplicates, 0);
  }

  /** Resolves once it is open and has its subscription; rejects when it gets none. */
  async open(): Promise<void> {
    const { urls, clock, clients, waitMs, read } = this.#parts;
    const urlAt = (at: number): string => urls[at % urls.length] as string;
    const socket = await GatewaySocket.open(urlAt(this.#at), clock, {
      ...(read && { read }),
      comeBack: {
        url: () => urlAt(++this.#at),
        waitMs,
        lost: (code) => this.#lost(code),
        returned: () => this.#returned(),
      },
    });
    try {
      if (clients > 0) await socket.subscribe({ channel: 'events' }, (events) => this.#take(events));
    } catch (error) {
      await socket.close();
      throw error;
    }
    this.#socket = socket;
  }

  /** From now on it counts there; numbers of producers count from `first` on. */
  begin(first: ArrayLike<number>, tally: CrowdTally): void {
    this.#clients = Array.from({ length: this.#parts.clients }, () => new Seen(first));
    this.#tally = tally;
    this.#droppedBefore = this.#socket?.dropped ?? 0;
    this.disconnects = 0;
  }

  standStill(): void {
    this.#socket?.standStill();
  }

  goOn(): void {
    this.#socket?.goOn();
  }

  /** Of what is owed to each of its clients. A WebSocket that was never there is owed nothing. */
  missing(owed: readonly (readonly Range[])[]): number {
    if (this.#socket === null) return 0;
    return this.#clients.reduce((sum, client) => sum + client.missing(owed), 0);
  }

  async close(): Promise<void> {
    await this.#socket?.close();
  }

  #take(events: readonly Message[]): void {
    const tally = this.#tally;
    if (tally === null) return;
    const nowMs = this.#parts.clock.now();
    for (const { producer, sequence, at } of events) {
      let times = 0;
      for (const client of this.#clients) if (client.mark(producer - 1, sequence)) times++;
      if (times === 0 || this.isSlow) continue;
      tally.deliveries += times;
      tally.delivery.record(nowMs - at, at, times);
    }
  }

  #lost(code: number): void {
    this.#lostAtMs = this.#parts.clock.now();
    if (code === tooSlow) this.disconnects++;
  }

  #returned(): void {
    if (this.#lostAtMs !== null && this.#tally !== null) {
      this.#tally.reconnects++;
      this.#tally.reconnect.record(this.#parts.clock.now() - this.#lostAtMs);
    }
    this.#lostAtMs = null;
  }
}
