import type { WebSocket } from 'ws';
import type { GatewayCounts } from '../counts.ts';
import type { SlowPolicy } from '../options.ts';

/** What a WebSocket that is too slow is closed with: try again later, from the last offset. */
const tooSlow = 1013;
/** JSON, which is text, though it comes as the bytes that all who get it share. */
const text = { binary: false };

/** The way out to one WebSocket. What it has not taken yet waits here, and what happens beyond the limit is stated. */
export class Outlet {
  /** Bytes that may wait here. */
  readonly limit: number;
  readonly #socket: WebSocket;
  readonly #slow: SlowPolicy;
  readonly #counts: GatewayCounts;
  #untold = 0;

  constructor(
    socket: WebSocket,
    { queueBytes, slow }: { readonly queueBytes: number; readonly slow: SlowPolicy },
    counts: GatewayCounts,
  ) {
    this.#socket = socket;
    this.limit = queueBytes;
    this.#slow = slow;
    this.#counts = counts;
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Whether so many bytes more can wait here. */
  hasRoomFor(bytes: number): boolean {
    return this.#socket.bufferedAmount + bytes <= this.limit;
  }

  /** An answer: it was asked for, so it always goes out. */
  answer(body: object): void {
    if (this.#isOpen) this.#socket.send(JSON.stringify(body));
  }

  /** Some events or messages, as a frame. Returns a promise where whoever brings them is to wait for room. */
  offer(frame: Buffer, count: number): Promise<void> | undefined {
    if (!this.#isOpen) return undefined;
    if (this.#socket.bufferedAmount <= this.limit) {
      if (this.#untold > 0) this.#tellDropped();
      this.#counts.framesSent++;
      this.#socket.send(frame, text);
      return undefined;
    }
    if (this.#slow === 'wait') return this.deliver(frame);
    if (this.#slow === 'drop') {
      this.#untold += count;
      this.#counts.eventsDropped += count;
    } else {
      this.#counts.slowClosed++;
      this.#socket.close(tooSlow, 'too slow: resume from the last offset');
    }
    return undefined;
  }

  /** Sends it whatever waits already; resolves when the system has taken it, or the socket has ended. */
  deliver(frame: Buffer): Promise<void> {
    this.#counts.framesSent++;
    return new Promise((resolve) => this.#socket.send(frame, text, () => resolve()));
  }

  #tellDropped(): void {
    this.#socket.send(JSON.stringify({ dropped: this.#untold }));
    this.#untold = 0;
  }
}
