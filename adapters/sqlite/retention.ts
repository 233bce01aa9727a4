import { isTestbedError } from '../../core/error.ts';
import type { Channel } from './channel.ts';
import type { Groups } from './groups.ts';
import type { MessageTable } from './messages.ts';
import type { Presence } from './presence.ts';
import type { Writer } from './writer.ts';

/** Rows removed in one transaction: what one turn of the event loop is given up for. */
const stepRows = 2_000;

export interface RetentionParts {
  readonly retainMessages: number;
  readonly table: MessageTable;
  readonly groups: Groups;
  readonly presence: Presence;
  readonly writer: Writer;
}

/**
 * Removes old messages once a channel holds more than it should. Never what a group has not been given and
 * acknowledged, nor what a living plain subscription has yet to read, in whatever process.
 */
export class Retention {
  readonly #parts: RetentionParts;
  /** By channel, the newest offset when last looked at. */
  readonly #lookedAt = new Map<Channel, number>();

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** A channel has grown. Looks at it when that is worth a transaction. */
  grown(channel: Channel): void {
    const { retainMessages } = this.#parts;
    const worthwhile = Math.max(1, Math.min(stepRows, retainMessages >> 3));
    const lookedAt = this.#lookedAt.get(channel) ?? channel.start;
    if (channel.newest - channel.start < retainMessages + worthwhile) return;
    if (channel.newest - lookedAt < worthwhile) return;
    this.#lookedAt.set(channel, channel.newest);
    void this.#prune(channel);
  }

  async #prune(channel: Channel): Promise<void> {
    try {
      while (await this.#parts.writer.write(() => this.#step(channel)));
    } catch (error) {
      // Old messages that stay a little longer do no harm; it is tried again when the channel has grown further.
      if (!isTestbedError(error)) throw error;
    }
  }

  /** Removes the next few; false when there is nothing left to remove. Inside a transaction. */
  #step(channel: Channel): boolean {
    const { retainMessages, table, groups, presence } = this.#parts;
    const start = table.start(channel.id);
    const surplusUpTo = table.newest(channel.id) - retainMessages;
    const unneededUpTo = Math.min(
      surplusUpTo,
      groups.neededAfter(channel.id),
      presence.readBy(channel.id),
      channel.readUpTo(),
    );
    const upTo = Math.min(unneededUpTo, start + stepRows);
    channel.start = Math.max(start, upTo);
    if (upTo <= start) return false;
    table.removeUpTo(channel.id, upTo);
    return true;
  }
}
