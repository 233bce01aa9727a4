import type { Clock } from './clock.ts';
import type { Json, Message } from './message.ts';

/** Numbers and dates what one producer publishes on one channel. */
export class Stamp {
  readonly #producer: number;
  readonly #clock: Clock;
  #sequence = 0;

  constructor(producer: number, clock: Clock) {
    this.#producer = producer;
    this.#clock = clock;
  }

  put<Type extends string>(
    key: string,
    type: Type,
    swarmId: string | null,
    data: Json,
  ): Message & { readonly type: Type } {
    const now = this.#clock.now();
    return {
      key,
      type,
      swarmId: swarmId ?? '',
      producer: this.#producer,
      sequence: ++this.#sequence,
      at: now,
      sentAt: now,
      data,
    };
  }
}
