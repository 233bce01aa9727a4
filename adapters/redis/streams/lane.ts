import type { Entry } from './entry.ts';
import { origin, parseId } from './position.ts';

/**
 * One partition that a member reads for its group.
 *
 *     fresh: what was given out before and not acknowledged is to be read first     live: reads what is new
 */
export class Lane {
  readonly partition: number;
  state: 'fresh' | 'live' = 'fresh';
  /** It goes to another member: nothing more is read; it is given back when the handler is done with it. */
  isLeaving = false;
  /** Handled, and not yet known to be acknowledged. */
  #handled: string[] = [];
  #last: number | undefined;

  constructor(partition: number) {
    this.partition = partition;
  }

  get isAcknowledged(): boolean {
    return this.#handled.length === 0;
  }

  handled(ids: readonly string[]): void {
    this.#handled.push(...ids);
  }

  /** Acknowledges what was handled; what fails is tried again the next time. `send` rejects when it did. */
  async acknowledge(send: (ids: readonly string[]) => Promise<unknown>): Promise<void> {
    const ids = this.#handled;
    if (ids.length === 0) return;
    this.#handled = [];
    try {
      await send(ids);
    } catch (error) {
      this.#handled = [...ids, ...this.#handled];
      throw error;
    }
  }

  /** All that was given out before is read; what is new comes after this id. */
  goLive(after: string): void {
    this.state = 'live';
    this.#last = after === origin ? undefined : parseId(after).count;
  }

  /** How many messages were cut before the group was given this entry. */
  missedBy({ id, messages }: Entry): number {
    // Given out before, and cut since: at least one.
    if (messages === null) return 1;
    if (this.state === 'fresh') return 0;
    const { count } = parseId(id);
    const last = this.#last ?? count - messages.length;
    this.#last = count;
    return Math.max(0, count - messages.length - last);
  }
}
