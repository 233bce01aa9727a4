import type { Message } from '../../core/message.ts';
import { oncePerTurn } from './once-per-turn.ts';
import type { Answer, Delivery, FromNode } from './protocol.ts';

/** What a node has to say, gathered for one turn; a batch that goes to several subscriptions is said once. */
export class Outgoing {
  readonly #send: (message: FromNode) => void;
  readonly #dropped: () => number;
  readonly #flushSoon = oncePerTurn(() => this.#flush());
  #answers: Answer[] = [];
  #deliveries: Delivery[] = [];
  #batches = new Map<readonly Message[], number>();

  constructor(send: (message: FromNode) => void, dropped: () => number) {
    this.#send = send;
    this.#dropped = dropped;
  }

  answer(answer: Answer): void {
    this.#answers.push(answer);
    this.#flushSoon();
  }

  deliver(subscription: number, messages: readonly Message[]): void {
    const batch = this.#batches.get(messages) ?? this.#batches.size;
    this.#batches.set(messages, batch);
    this.#deliveries.push([subscription, batch]);
    this.#flushSoon();
  }

  #flush(): void {
    const [answers, deliveries, batches] = [this.#answers, this.#deliveries, [...this.#batches.keys()]];
    this.#answers = [];
    this.#deliveries = [];
    this.#batches = new Map();
    this.#send({ kind: 'work', answers, batches, deliveries, dropped: this.#dropped() });
  }
}
