import type { Message } from '../../core/message.ts';
import type { Batch } from '../pump.ts';
import type { Log, Segment } from './log.ts';

/** One that reads: holds at most one batch at a time. */
export interface Member {
  wake(): void;
  /** What it was given and has not answered. */
  holding: ReaderBatch | null;
}

export interface ReaderBatch extends Batch {
  /** The offset before each message. */
  readonly positions: readonly number[] | null;
  /** The offset before the first, when they are consecutive and `positions` is null. */
  readonly first: number;
}

interface Parked {
  readonly at: number;
  readonly message: Message;
}

/** Messages a group may have passed over because their keys were busy, before it reads no further. */
const parkLimit = 1_000;
/** At most this many messages at a time for a member of a group that has several. */
const shareLimit = 500;

/**
 * A position in a log, and the members that read from it: one for a plain subscription, any number for a group.
 * A message goes to one member; while a member holds a message, nobody else is given one of the same key. What is
 * passed over for that reason is parked, in order, and taken first when the key is free.
 */
export class Reader {
  readonly #members = new Set<Member>();
  readonly #log: Log;
  #segment: Segment;
  #index: number;
  #parked: Parked[] = [];

  constructor(log: Log, offset: number) {
    this.#log = log;
    this.#segment = log.segmentAt(offset);
    this.#index = offset - this.#segment.first;
  }

  #stand(offset: number): void {
    this.#segment = this.#log.segmentAt(offset);
    this.#index = offset - this.#segment.first;
  }

  /** The offset up to which messages were taken or parked. */
  get position(): number {
    return this.#segment.first + this.#index;
  }

  /** Messages that were published and not yet given to a member. */
  get lag(): number {
    return this.#log.end - this.position + this.#parked.length;
  }

  /** Somebody reads here. Nobody waits for a group without members. */
  get listening(): boolean {
    return this.#members.size > 0;
  }

  /** How many messages the log let go of before this reader, while nobody listened, had read them. */
  get missed(): number {
    return Math.max(0, this.#log.start - this.position);
  }

  wake(): void {
    for (const member of this.#members) member.wake();
  }

  join(member: Member): void {
    // The segment stood in may have been cut off while nobody listened.
    if (!this.listening) this.#stand(this.position);
    this.#members.add(member);
  }

  /** Takes what the member holds as answered, and gives it the next batch; null when there is none for it now. */
  take(member: Member): ReaderBatch | null {
    this.#log.seal();
    const answered = member.holding !== null;
    member.holding = null;
    const batch =
      this.#members.size === 1 && this.#parked.length === 0 ? this.#takeRun() : this.#share(member);
    member.holding = batch;
    if (answered && this.#parked.length > 0) this.wake();
    this.#log.admit();
    return batch;
  }

  /** The member leaves. What it holds unanswered goes back, to be taken first. */
  leave(member: Member, answered: boolean): void {
    const { holding } = member;
    this.#members.delete(member);
    member.holding = null;
    if (holding !== null && !answered) {
      const back = holding.messages.map((message, index) => ({ at: positionOf(holding, index), message }));
      this.#parked = [...back, ...this.#parked].sort((a, b) => a.at - b.at);
    }
    this.wake();
    this.#log.admit();
  }

  /** The rest of the current segment, or the next one whole: no work per message. */
  #takeRun(): ReaderBatch | null {
    if (!this.#advance()) return null;
    const { messages } = this.#segment;
    const first = this.position;
    const run = this.#index === 0 ? messages : messages.slice(this.#index);
    this.#index = messages.length;
    return { messages: run, offset: String(this.position), positions: null, first };
  }

  #share(member: Member): ReaderBatch | null {
    const busy = this.#keysHeldBeside(member);
    const limit = Math.min(shareLimit, Math.max(1, Math.ceil(this.lag / this.#members.size)));
    const messages: Message[] = [];
    const positions: number[] = [];
    const parked: Parked[] = [];
    const offer = (at: number, message: Message): void => {
      if (messages.length < limit && !busy.has(message.key)) {
        messages.push(message);
        positions.push(at);
      } else parked.push({ at, message });
    };
    for (const { at, message } of this.#parked) offer(at, message);
    while (messages.length < limit && parked.length < parkLimit && this.#advance()) {
      offer(this.position, this.#segment.messages[this.#index] as Message);
      this.#index++;
    }
    this.#parked = parked;
    if (messages.length === 0) return null;
    const last = positions[positions.length - 1] as number;
    return { messages, offset: String(last + 1), positions, first: positions[0] as number };
  }

  /** Stands before an unread message; false when there is none. */
  #advance(): boolean {
    while (this.#index === this.#segment.messages.length) {
      if (this.#segment.next === null) return false;
      this.#segment = this.#segment.next;
      this.#index = 0;
    }
    return true;
  }

  #keysHeldBeside(member: Member): Set<string> {
    const keys = new Set<string>();
    for (const other of this.#members) {
      if (other !== member) for (const { key } of other.holding?.messages ?? []) keys.add(key);
    }
    return keys;
  }
}

function positionOf({ positions, first }: ReaderBatch, index: number): number {
  return positions === null ? first + index : (positions[index] as number);
}
