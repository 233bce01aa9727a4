import { TestbedError } from '../../core/error.ts';
import type { Closable } from '../sut.ts';
import { type Handler, Inbox, type Wanted } from './inbox.ts';
import { oncePerTurn } from './once-per-turn.ts';
import type { Answer, Call, FromNode, Handled } from './protocol.ts';
import { readError } from './written-error.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

type Work = Extract<FromNode, { kind: 'work' }>;
type Send = (work: {
  readonly kind: 'work';
  readonly calls: readonly Call[];
  readonly handled: readonly Handled[];
}) => void;

/**
 * The way from the process of a cell to its node, over all its lives. Calls carry numbers, and what comes up in one turn
 * goes over together. While no node lives a call rejects with UNAVAILABLE: it certainly was not done. What a node had not
 * answered when it died rejects with TIMEOUT: nobody knows.
 */
export class NodeLine {
  readonly #waiting = new Map<number, Waiting>();
  readonly #inbox = new Inbox((handled, life) => this.#reply(handled, life));
  readonly #flushSoon = oncePerTurn(() => this.#flush());
  #send: Send | null = null;
  #life = 0;
  /** The node has its subscriptions again: others may ask it for things. */
  #ready = false;
  /** How its last life ended. */
  #ended = '';
  #calls: Call[] = [];
  #handled: Handled[] = [];
  #lastId = 0;
  #droppedBefore = 0;
  #dropped = 0;

  /** It lives, and can be asked. */
  get isReady(): boolean {
    return this.#ready;
  }

  /** Events that full queues have discarded, in all lives of the node. */
  get dropped(): number {
    return this.#droppedBefore + this.#dropped;
  }

  /**
   * A node is there: it is asked for every subscription that there is, and then to take up what its earlier life has left.
   * Resolves once it has: from then on it can be asked for anything.
   */
  async connect(send: Send): Promise<void> {
    this.#send = send;
    this.#life++;
    const standing = [...this.#inbox.standing()];
    await Promise.all(standing.map(({ id, method, what }) => this.#ask(method, id, what)));
    await this.#ask('recover');
    this.#ready = true;
  }

  /** The node has ended. */
  disconnect(how: string): void {
    this.#send = null;
    this.#ready = false;
    this.#ended = `, it ended with ${how}`;
    this.#calls = [];
    this.#handled = [];
    this.#droppedBefore += this.#dropped;
    this.#dropped = 0;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting)
      reject(new TestbedError('TIMEOUT', `the node ended before it answered: ${how}`));
  }

  call(method: string, ...parameters: readonly unknown[]): Promise<unknown> {
    if (!this.#ready)
      return Promise.reject(new TestbedError('UNAVAILABLE', `the node does not run${this.#ended}`));
    return this.#ask(method, ...parameters);
  }

  subscribe(wanted: Wanted, handler: Handler): Promise<Closable> {
    return this.#inbox.open(wanted, handler, (method, ...parameters) => this.call(method, ...parameters));
  }

  take({ answers, batches, deliveries, dropped }: Work): void {
    this.#dropped = dropped;
    for (const answer of answers) this.#settle(answer);
    for (const [subscription, batch] of deliveries)
      this.#inbox.deliver(subscription, batches[batch] ?? [], this.#life);
  }

  #ask(method: string, ...parameters: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#calls.push({ id, method, parameters });
      this.#flushSoon();
    });
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(readError(answer.error));
    else waiting?.resolve(answer.value);
  }

  /** A node that has ended is not told of what it was waiting for. */
  #reply(handled: Handled, life: number): void {
    if (life !== this.#life || this.#send === null) return;
    this.#handled.push(handled);
    this.#flushSoon();
  }

  #flush(): void {
    const [calls, handled] = [this.#calls, this.#handled];
    if (this.#send === null || calls.length + handled.length === 0) return;
    this.#calls = [];
    this.#handled = [];
    this.#send({ kind: 'work', calls, handled });
  }
}
