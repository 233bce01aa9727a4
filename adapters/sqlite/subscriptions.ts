import { isTestbedError } from '../../core/error.ts';
import type { Batch, Source } from '../pump.ts';
import type { Channel } from './channel.ts';
import type { Claim, GroupIdentity, Groups } from './groups.ts';
import type { MessageTable } from './messages.ts';
import type { Writer } from './writer.ts';

/** Messages read from the table at a time. */
const readLimit = 500;

export interface PlainBatch extends Batch {
  readonly last: number;
}

/** A plain subscription's batches: everything after `position`, from the tail where it is there, else from the table. */
export function plainSource(
  channel: Channel,
  table: MessageTable,
  read: <T>(action: () => T) => Promise<T>,
  position: number,
): Source<PlainBatch> & { answeredUpTo(): number } {
  let given = position;
  let answered = position;

  const readOn = async (): Promise<PlainBatch | null> => {
    try {
      return batchOf(await read(() => table.read(channel.id, given, readLimit)));
    } catch (error) {
      // Said once, by throwing; then it goes on with what there is.
      if (isTestbedError(error, 'OUT_OF_RANGE')) given = table.start(channel.id);
      throw error;
    }
  };

  const batchOf = (messages: PlainBatch['messages']): PlainBatch | null => {
    if (messages.length === 0) return null;
    given += messages.length;
    return { messages, offset: String(given), last: given };
  };

  return {
    answeredUpTo: () => answered,
    next(done) {
      if (done !== null) answered = done.last;
      const newest = channel.tail.after(given);
      if (newest !== null) return batchOf(newest);
      return given < channel.newest ? readOn() : null;
    },
    end() {},
  };
}

export interface ClaimBatch extends Batch {
  readonly claim: number;
}

/** A group member's batches. Acknowledging one and claiming the next is one transaction. */
export function groupSource(options: {
  readonly channel: Channel;
  readonly group: GroupIdentity;
  readonly groups: Groups;
  readonly writer: Writer;
  readonly read: <T>(action: () => T) => Promise<T>;
  readonly now: () => number;
  readonly consumer: number;
}): Source<ClaimBatch> {
  const { channel, group, groups, writer, read, now, consumer } = options;

  const exchange = (done: ClaimBatch | null): Claim | null => {
    if (done !== null) groups.acknowledge(done.claim);
    return groups.take(group, consumer, channel.members(group).length, now());
  };

  return {
    async next(done) {
      if (done === null && !(await read(() => groups.hasWork(group, now())))) return null;
      const claim = await writer.write(() => exchange(done));
      // What was held here may be what another member waits for.
      if (done !== null) for (const member of channel.members(group)) member.wake();
      return claim === null
        ? null
        : { messages: claim.messages, offset: String(claim.last), claim: claim.id };
    },
    async end(last, answered) {
      if (last === null) return;
      await writer.write(() =>
        answered ? groups.acknowledge(last.claim) : groups.release(group.id, last.claim),
      );
      for (const member of channel.members(group)) member.wake();
    },
  };
}
