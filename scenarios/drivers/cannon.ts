import autocannon, { type Result } from 'autocannon';
import type { Clock } from '../../core/clock.ts';
import { shortestTimeoutMs } from './driver.ts';

/** One request, whole. */
export interface Shot {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
}

/** One connection of autocannon's: what it asks for, one request after another, and what comes of each. */
export interface Lane {
  next(): Shot;
  /** `tookMs`: as autocannon counts it, in whole milliseconds. */
  answered(status: number, body: string, tookMs: number): void;
  /** What was asked has no answer and will get none: its connection broke, or it took too long. */
  lost(): void;
}

export interface CannonOrder {
  readonly url: string;
  readonly connections: number;
  /** A request unanswered after this long is given up on, in ms; autocannon takes no less than a second. */
  readonly timeoutMs: number;
  readonly forMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly lane: () => Lane;
}

/** What autocannon itself has counted. */
export interface CannonCounts {
  readonly answers: number;
  readonly non2xx: number;
  readonly timeouts: number;
  /** Connections that gave up, since nothing came back any more. */
  readonly gaveUp: number;
  /** What the last of them was told, or null. */
  readonly why: string | null;
}

/** Requests in a row that a connection makes for nothing before it gives up: autocannon tries again without a pause. */
const mostInVain = 10;
/** How often autocannon looks whether it is to end, in ms. */
const lookMs = 50;
/** Longer than any load, in seconds: when it ends is said by us, so that what was asked can still be answered. */
const unending = 1_000_000;

/** What a client of autocannon 9 has, beyond its types, that is needed to end it in order and to have its times right. */
interface Client {
  responseMax: number;
  readonly reqsMade: number;
  readonly pipelinedRequests: { clear(): void };
  setRequests(requests: readonly object[]): void;
  destroy(): void;
  on(event: 'response', heard: (status: number, bytes: number, ms: number) => void): void;
  on(event: 'connError', heard: (error: Error) => void): void;
  on(event: 'done', heard: () => void): void;
}

/**
 * Has autocannon ask back to back on so many connections. What is under way when the time is up is waited for: cut off, it would be
 * done and not counted.
 */
export async function fire(order: CannonOrder): Promise<CannonCounts> {
  const { url, connections, timeoutMs, forMs, clock, signal } = order;
  const magazine = new Magazine(order.lane);
  const result = Promise.withResolvers<Result>();
  const running = autocannon(
    {
      url,
      connections,
      timeout: Math.max(shortestTimeoutMs, timeoutMs) / 1000,
      duration: unending,
      sampleInt: lookMs,
      setupClient: (client) => magazine.load(client as unknown as Client),
    },
    (error, counted) => (error ? result.reject(error) : result.resolve(counted)),
  );
  const cancel = clock.after(forMs, () => magazine.finish());
  const stop = (): void => running.stop();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    const { non2xx, timeouts, '2xx': ok } = await result.promise;
    return { answers: ok + non2xx, non2xx, timeouts, gaveUp: magazine.gaveUp, why: magazine.why };
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
  }
}

/** All connections of one run. */
class Magazine {
  readonly #lane: () => Lane;
  readonly #clients: Client[] = [];
  #isFinished = false;
  gaveUp = 0;
  why: string | null = null;

  constructor(lane: () => Lane) {
    this.#lane = lane;
  }

  load(client: Client): void {
    this.#clients.push(client);
    const lane = this.#lane();
    let [inVain, body] = [0, ''];
    let isOpen = false;
    const lost = (why: string): void => {
      if (!isOpen) return;
      isOpen = false;
      lane.lost();
      // What it still waits for would be taken for the request of the next answer, and every time from then on be wrong.
      client.pipelinedRequests.clear();
      inVain++;
      if (inVain !== mostInVain || this.#isFinished) return;
      this.gaveUp++;
      this.why = why;
      // Not while it is at work on its next request.
      setImmediate(() => client.destroy());
    };
    client.setRequests([
      {
        setupRequest: (defaults: object) => {
          lost('the connection broke, or there was no answer in time');
          isOpen = true;
          const { method, path, headers, body: sent = '' } = lane.next();
          return { ...defaults, method, path, headers: { ...headers }, body: sent };
        },
        onResponse: (_: number, text: string) => {
          body = text;
        },
      },
    ]);
    client.on('response', (status, _, ms) => {
      isOpen = false;
      inVain = 0;
      lane.answered(status, body, Math.floor(ms));
    });
    client.on('connError', ({ message }) => lost(message));
    client.on('done', () => lost('it was stopped'));
  }

  /** No more requests from here on. */
  finish(): void {
    this.#isFinished = true;
    for (const client of this.#clients) client.responseMax = client.reqsMade;
  }
}
