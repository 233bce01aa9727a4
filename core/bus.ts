import type { Message } from './message.ts';

/** A position in a channel, opaque to everyone but the bus that gave it. */
export type Offset = string;

/** Where a subscription starts: only what is published from now on, everything still held, or after an offset. */
export type From = 'latest' | 'earliest' | { readonly after: Offset };

/**
 * Receives messages in batches, in the order the bus keeps. `offset` is the position after the last of them:
 * subscribing with `{ after: offset }` continues there. Returning, or resolving, acknowledges the batch;
 * throwing does not, and a bus whose traits say `redelivers` hands the same messages over again.
 * The next batch comes only after this one was answered.
 */
export type Handler = (messages: readonly Message[], offset: Offset) => void | Promise<void>;

export interface SubscribeOptions {
  /**
   * Without a group every subscriber gets each message. With one, each message goes to one member of the group,
   * messages of one key one after another, and the group's position outlives its members (as far as the bus does).
   */
  readonly group?: string;
  /** Default `latest`. A group that has a position already continues there, whatever this says. */
  readonly from?: From;
}

export interface Subscription {
  /** Stops delivery; resolves when no handler call is running any more. Calling it again does nothing. */
  close(): Promise<void>;
}

/**
 * The port of event and message delivery: at least once, order kept per message key.
 * `publish` takes the array over: the caller does not touch it afterwards.
 */
export interface Bus {
  /**
   * Resolves once the bus holds them all, as durably as it was opened for.
   * Rejects with UNAVAILABLE or FULL (certainly not held), TIMEOUT (unknown), CLOSED, or INVALID_ARGUMENT (too large).
   * Waits while the bus is at its bound: backpressure.
   */
  publish(channel: string, messages: readonly Message[]): Promise<void>;
  /** Resolves once messages published from now on are certain to reach the handler. */
  subscribe(channel: string, options: SubscribeOptions, handler: Handler): Promise<Subscription>;
}
