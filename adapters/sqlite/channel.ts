import type { Message } from '../../core/message.ts';
import type { GroupIdentity } from './groups.ts';
import type { Tail } from './tail.ts';

/** A subscription of this process. */
export interface Listener {
  wake(): void;
  abandon(): void;
  readonly group: GroupIdentity | null;
  /** A plain subscription's place: the offset up to which it was answered. */
  readonly answeredUpTo: () => number;
}

/** What this process knows of a channel. */
export class Channel {
  readonly id: number;
  readonly listeners = new Set<Listener>();
  readonly tail: Tail;
  /** The newest offset known of; there may be newer ones of other processes. */
  newest: number;
  /** The offset before the oldest message, when last looked at. */
  start: number;

  constructor(id: number, start: number, newest: number, tail: Tail) {
    this.id = id;
    this.start = start;
    this.newest = newest;
    this.tail = tail;
  }

  /** This process committed these. */
  committed(first: number, messages: readonly Message[], characters: number): void {
    this.newest = Math.max(this.newest, first + messages.length - 1);
    if (this.listeners.size === 0) return;
    this.tail.push({ first, messages, characters });
    this.wake();
  }

  wake(): void {
    for (const listener of this.listeners) listener.wake();
  }

  /** The members of a group in this process. */
  members(group: GroupIdentity): Listener[] {
    return [...this.listeners].filter((listener) => listener.group?.id === group.id);
  }

  /** The offset up to which all plain subscriptions were answered; infinity without any. */
  readUpTo(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { group, answeredUpTo } of this.listeners) {
      if (group === null) least = Math.min(least, answeredUpTo());
    }
    return least;
  }
}
