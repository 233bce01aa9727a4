import { type RawData, WebSocket } from 'ws';
import type { Clock } from '../../core/clock.ts';
import { isTestbedError, messageOf, TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Closable } from '../sut.ts';
import { type Caller, type CallParts, errorOf, type Refused } from './caller.ts';
import { Inbox } from './inbox.ts';

/** What a subscription asks for, as the WebSocket of a gateway knows it. */
export interface Wanted {
  readonly channel: 'events' | 'messages';
  readonly types?: readonly string[];
  readonly pattern?: string;
}

type Handler = (messages: readonly Message[]) => void | Promise<void>;

interface Answer extends Refused {
  readonly id?: number;
  readonly ok?: boolean;
  readonly result?: unknown;
}

export interface Frame extends Answer {
  readonly subscription?: number;
  readonly offset?: string;
  readonly events?: readonly Message[];
  readonly messages?: readonly Message[];
  readonly dropped?: number;
}

interface Subscribed {
  readonly wanted: Wanted;
  readonly inbox: Inbox;
  /** As the gateway numbers it on this connection; null: it has not answered yet. */
  number: number | null;
  /** What it was given last: where it goes on from after a reconnect. */
  offset: string | undefined;
}

/** Between two attempts to come back. */
const againMs = 50;
/** A gateway that has taken a connection and says nothing is none. */
const handshakeMs = 10_000;

/** How a connection that breaks comes back. Attempts count from 0, anew after each break. */
export interface Return {
  /** The gateway that an attempt goes to. */
  url(attempt: number): string;
  waitMs(attempt: number): number;
  /** Told as it breaks, with the code that it was closed with ... */
  lost(code: number): void;
  /** ... and as it has all its subscriptions again. */
  returned(): void;
}

export interface GatewaySocketOptions {
  readonly token?: string | null;
  /** Absent: to the same gateway, at once and then every 50 ms. */
  readonly comeBack?: Return;
  /** Reads a frame. Absent: by itself. */
  readonly read?: (data: RawData) => Frame;
}

/**
 * One WebSocket to a gateway. When the connection breaks it comes back by itself, and its subscriptions go on from their last
 * offset; what was asked and not answered is TIMEOUT then.
 */
export class GatewaySocket implements Caller {
  readonly #comeBack: Return;
  readonly #token: string | null;
  readonly #clock: Clock;
  readonly #read: (data: RawData) => Frame;
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #subscribed = new Set<Subscribed>();
  /** Those that the gateway has numbered, on this connection. */
  readonly #numbered = new Map<number, Subscribed>();
  /** Frames of a subscription whose number is still on its way. */
  #early: Frame[] = [];
  #socket: WebSocket | null = null;
  #named = 0;
  #closed = false;
  #isReturning = false;
  /** Events that the gateway has left out for this connection. */
  dropped = 0;

  private constructor(url: string, clock: Clock, options: GatewaySocketOptions) {
    const { token = null, comeBack = sameAgain(url), read = readFrame } = options;
    this.#comeBack = comeBack;
    this.#token = token;
    this.#clock = clock;
    this.#read = read;
  }

  /** UNAVAILABLE when there is no gateway. */
  static async open(url: string, clock: Clock, options: GatewaySocketOptions = {}): Promise<GatewaySocket> {
    const socket = new GatewaySocket(url, clock, options);
    await socket.#connect(url);
    return socket;
  }

  async call(operation: string, parts: CallParts = {}): Promise<unknown> {
    return this.ask({ do: 'call', operation, ...parts });
  }

  /** The result of what is asked. */
  ask(frame: object): Promise<unknown> {
    const socket = this.#socket;
    if (socket === null || socket.readyState !== WebSocket.OPEN)
      return Promise.reject(new TestbedError('UNAVAILABLE', 'the gateway: not connected'));
    const id = ++this.#named;
    const asked = Promise.withResolvers<unknown>();
    this.#asked.set(id, asked);
    socket.send(JSON.stringify({ id, ...frame }));
    return asked.promise;
  }

  /** A promise that the handler returns holds back what comes after, over this whole connection. */
  async subscribe(wanted: Wanted, handler: Handler): Promise<Closable> {
    const subscribed: Subscribed = {
      wanted,
      inbox: new Inbox(handler, (busy) => this.#hold(busy)),
      number: null,
      offset: undefined,
    };
    this.#subscribed.add(subscribed);
    try {
      await this.#subscribe(subscribed);
    } catch (error) {
      this.#subscribed.delete(subscribed);
      throw error;
    }
    return { close: () => this.#unsubscribe(subscribed) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const socket = this.#socket;
    if (socket === null || socket.readyState === WebSocket.CLOSED) return;
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.close();
    // It may be that nobody answers any more.
    const cancel = this.#clock.after(1000, () => socket.terminate());
    await ended;
    cancel();
  }

  async #connect(url: string): Promise<void> {
    const headers = this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, {
      headers,
      perMessageDeflate: false,
      handshakeTimeout: handshakeMs,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', (cause) =>
        reject(new TestbedError('UNAVAILABLE', `the gateway: ${messageOf(cause)}`, { cause })),
      );
    });
    this.#socket = socket;
    socket.on('message', (data) => this.#take(this.#read(data)));
    // What went wrong is in what was asked and not answered.
    socket.on('error', () => {});
    socket.on('close', (code) => {
      if (this.#socket === socket) this.#lose();
      void this.#returnAfter(code);
    });
  }

  /** Nobody answers any more. */
  #lose(): void {
    this.#socket = null;
    this.#early = [];
    this.#numbered.clear();
    for (const subscribed of this.#subscribed) subscribed.number = null;
    for (const asked of this.#asked.values())
      asked.reject(new TestbedError('TIMEOUT', 'the gateway: the connection broke before it had answered'));
    this.#asked.clear();
  }

  /** With all subscriptions, or again from the start. */
  async #returnAfter(code: number): Promise<void> {
    if (this.#isReturning || this.#closed) return;
    this.#isReturning = true;
    this.#comeBack.lost(code);
    for (let attempt = 0; !this.#closed && this.#socket === null; attempt++) {
      await this.#clock.sleep(this.#comeBack.waitMs(attempt));
      try {
        await this.#connect(this.#comeBack.url(attempt));
        for (const subscribed of this.#subscribed) await this.#subscribe(subscribed);
      } catch (error) {
        if (!isTestbedError(error)) throw error;
        // A gateway that says no is as far away as one that is not there; whoever asks for something is told.
        (this.#socket as WebSocket | null)?.terminate();
      }
    }
    this.#isReturning = false;
    if (this.#closed) (this.#socket as WebSocket | null)?.terminate();
    else this.#comeBack.returned();
  }

  async #subscribe(subscribed: Subscribed): Promise<void> {
    const { wanted, offset } = subscribed;
    const frame = { do: 'subscribe', ...wanted };
    let result: unknown;
    try {
      result = await this.ask(offset === undefined ? frame : { ...frame, after: offset });
    } catch (error) {
      // It has been away longer than the bus remembers.
      if (offset === undefined || !isTestbedError(error, 'OUT_OF_RANGE', 'INVALID_ARGUMENT')) throw error;
      result = await this.ask(frame);
    }
    const told = result as { readonly subscription: number; readonly offset?: string };
    subscribed.number = told.subscription;
    subscribed.offset ??= told.offset;
    this.#numbered.set(told.subscription, subscribed);
    for (const early of this.#early.splice(0)) this.#deliver(early);
  }

  async #unsubscribe(subscribed: Subscribed): Promise<void> {
    this.#subscribed.delete(subscribed);
    const { number } = subscribed;
    if (number === null || this.#closed) return;
    this.#numbered.delete(number);
    try {
      await this.ask({ do: 'unsubscribe', subscription: number });
    } catch (error) {
      if (!isTestbedError(error, 'UNAVAILABLE', 'TIMEOUT', 'NOT_FOUND')) throw error;
    }
  }

  #take(frame: Frame): void {
    if (frame.ok !== undefined) this.#answer(frame);
    else if (frame.dropped !== undefined) this.dropped += frame.dropped;
    else this.#deliver(frame);
  }

  #answer({ id = 0, ok, result, ...refused }: Answer): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (ok) asked?.resolve(result);
    else asked?.reject(errorOf(refused));
  }

  #deliver(frame: Frame): void {
    const to = this.#numbered.get(frame.subscription ?? 0);
    if (to !== undefined) {
      to.offset = frame.offset;
      to.inbox.put(frame.events ?? frame.messages ?? []);
    } else if (this.#numbered.size < this.#subscribed.size) this.#early.push(frame);
  }

  /** Nothing more is read from it until it is let go; the gateway has to see how it copes. */
  standStill(): void {
    this.#socket?.pause();
  }

  goOn(): void {
    this.#socket?.resume();
  }

  #hold(busy: boolean): void {
    if (busy) this.standStill();
    else this.goOn();
  }
}

function sameAgain(url: string): Return {
  return {
    url: () => url,
    waitMs: (attempt) => (attempt === 0 ? 0 : againMs),
    lost: () => undefined,
    returned: () => undefined,
  };
}

function readFrame(data: RawData): Frame {
  return JSON.parse(String(data)) as Frame;
}
