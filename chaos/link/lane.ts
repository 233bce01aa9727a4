import type { Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import type { Direction } from './direction.ts';
import type { Inlet } from './inlet.ts';
import { type Piece, type Shaper, type ShaperMaker, shapeAll } from './piece.ts';
import type { AffectedLane } from './toxics/toxic-kind.ts';

/** Bytes of one direction of a link, over all its connections. */
export interface Traffic {
  /** Read from whoever sends. */
  received: number;
  /** Handed on. Less than received: the rest is on its way, or was swallowed. */
  sent: number;
}

/** What waits in one direction is bounded: beyond it the sender is not read, and the kernel slows it down. */
const mostWaiting = 1_048_576;

interface Swallow {
  lost: boolean;
  readonly atEnd: (() => void) | undefined;
}

interface Limit {
  left: number;
  readonly reached: () => void;
}

/**
 * One direction of one connection: what comes in goes to `sink`, in order, as fast as the sink takes it. With no
 * toxic, a chunk is written in the turn in which it was read.
 */
export class Lane implements AffectedLane {
  readonly direction: Direction;
  readonly #inlet: Inlet;
  readonly #source: Socket;
  /** Null: nobody is there. */
  #sink: Socket | null;
  readonly #clock: Clock;
  readonly #traffic: Traffic;
  readonly #makers: ShaperMaker[] = [];
  readonly #swallows = new Set<Swallow>();
  readonly #limits = new Set<Limit>();
  #shapers: readonly Shaper[] = [];
  #waiting: Piece[] = [];
  #waitingBytes = 0;
  #sinkIsFull = false;
  #cancelTimer: (() => void) | null = null;
  /** No toxic, and nothing waits. */
  #isPlain = true;

  constructor(direction: Direction, inlet: Inlet, sink: Socket | null, clock: Clock, traffic: Traffic) {
    this.direction = direction;
    this.#inlet = inlet;
    this.#source = inlet.socket;
    this.#sink = sink;
    this.#clock = clock;
    this.#traffic = traffic;
    inlet.flowTo((chunk) => this.#take(chunk));
    inlet.socket.on('end', () => this.#enter(null));
    sink?.on('drain', () => this.#drained());
  }

  get isSwallowing(): boolean {
    return this.#swallows.size > 0;
  }

  shape(maker: ShaperMaker): () => void {
    this.#makers.push(maker);
    this.#reshape();
    return () => {
      this.#makers.splice(this.#makers.indexOf(maker), 1);
      this.#reshape();
    };
  }

  swallow(atEnd?: () => void): () => boolean {
    const swallow: Swallow = { lost: this.#waiting.length > 0, atEnd };
    this.#swallows.add(swallow);
    this.#drop();
    this.#isPlain = false;
    return () => {
      this.#swallows.delete(swallow);
      this.#release();
      return swallow.lost;
    };
  }

  limit(bytes: number, reached: () => void): () => void {
    const limit: Limit = { left: bytes, reached };
    this.#limits.add(limit);
    this.#isPlain = false;
    return () => {
      this.#limits.delete(limit);
      this.#release();
    };
  }

  /** The sender broke off instead of ending: true when nobody on the other side is to hear of it. */
  breakOff(): boolean {
    for (const swallow of this.#swallows) swallow.lost = true;
    return this.isSwallowing;
  }

  /** The receiver is gone: whatever comes goes nowhere. */
  loseSink(): void {
    this.#sink = null;
    this.#drop();
    this.#isPlain = false;
  }

  /** Both sockets are gone. */
  stop(): void {
    this.loseSink();
    this.#makers.length = 0;
  }

  /** The chunk is the inlet's, and lies in its buffer. */
  #take(chunk: Buffer): void {
    this.#traffic.received += chunk.length;
    if (this.#isPlain) this.#pass(chunk);
    else this.#enter(Buffer.from(chunk));
  }

  #pass(chunk: Buffer): void {
    const isFirst = this.#sink?.writableLength === 0;
    this.#write(isFirst ? chunk : Buffer.from(chunk));
    // What the kernel has not taken at once is sent from where it lies.
    if (isFirst && this.#sink?.writableLength !== 0) this.#inlet.keep();
    if (this.#sinkIsFull) this.#source.pause();
  }

  #enter(data: Buffer | null): void {
    if (this.isSwallowing) {
      for (const swallow of this.#swallows) {
        swallow.lost = true;
        if (data === null) swallow.atEnd?.();
      }
      return;
    }
    if (this.#sink === null) return;
    const nowMs = this.#clock.now();
    const pieces = shapeAll(this.#shapers, [{ data, cameMs: nowMs, dueMs: nowMs }]);
    for (const piece of pieces) this.#waiting.push(piece);
    this.#waitingBytes += data?.length ?? 0;
    this.#release();
    if (this.#waitingBytes > mostWaiting) this.#source.pause();
  }

  /** The toxics have changed: what waits goes out as if it had come under those that there are now. */
  #reshape(): void {
    const nowMs = this.#clock.now();
    this.#shapers = this.#makers.map((make) => make(nowMs));
    const fresh = this.#waiting.map((piece) => ({ ...piece, dueMs: piece.cameMs }));
    this.#waiting = [...shapeAll(this.#shapers, fresh)];
    this.#release();
  }

  /** Sends what is due, and sets a timer for what is next. */
  #release(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    let released = 0;
    let next = this.#waiting[0];
    while (next !== undefined && !this.#sinkIsFull) {
      const waitMs = next.dueMs - this.#clock.now();
      if (waitMs > 0) {
        // Timers count in whole milliseconds; one that fired early would only have to be set again.
        this.#cancelTimer = this.#clock.after(Math.ceil(waitMs), () => this.#release());
        break;
      }
      this.#emit(next.data);
      next = this.#waiting[++released];
    }
    this.#waiting.splice(0, released);
    if (this.#waitingBytes <= mostWaiting && !this.#sinkIsFull && this.#source.isPaused())
      this.#source.resume();
    this.#isPlain =
      this.#waiting.length === 0 &&
      this.#makers.length === 0 &&
      this.#swallows.size === 0 &&
      this.#limits.size === 0 &&
      this.#sink !== null;
  }

  #emit(data: Buffer | null): void {
    this.#waitingBytes -= data?.length ?? 0;
    if (data === null) this.#sink?.end();
    else {
      const allowed = this.#allowed(data);
      if (allowed.length > 0) this.#write(allowed);
      for (const limit of this.#limits) if (limit.left === 0) limit.reached();
    }
  }

  /** What the limits let through of it. */
  #allowed(data: Buffer): Buffer {
    const length = Math.min(data.length, ...[...this.#limits].map(({ left }) => left));
    for (const limit of this.#limits) limit.left -= length;
    return data.subarray(0, length);
  }

  #write(data: Buffer): void {
    if (this.#sink === null || this.#sink.destroyed) return;
    this.#traffic.sent += data.length;
    this.#sinkIsFull = !this.#sink.write(data);
  }

  #drained(): void {
    this.#sinkIsFull = false;
    if (this.#isPlain) this.#source.resume();
    else this.#release();
  }

  /** What waits is lost. */
  #drop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#source.resume();
  }
}
