/** What a JSON document can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * What crosses a bus. Events and messages share this one shape, so that every adapter encodes one thing.
 * `(producer, sequence)` identifies a message: one producer counts 1, 2, 3, ... over what it publishes.
 * Messages are immutable: an in-process bus hands the same object to every subscriber.
 */
export interface Message {
  /** Order is kept among messages of one key. For an event: the agent's id. For a message: its topic. */
  readonly key: string;
  /** For an event: one of the eleven event types. For a message: what kind (command, update, log, alert, ...). */
  readonly type: string;
  /** The swarm it belongs to, or the empty string. */
  readonly swarmId: string;
  readonly producer: number;
  readonly sequence: number;
  /** When it happened (under load: when it was due), in Clock milliseconds. */
  readonly at: number;
  /** When it was handed to the bus, in Clock milliseconds. */
  readonly sentAt: number;
  /** The payload. A string is the fast path: adapters store it as it is. */
  readonly data: Json;
}
