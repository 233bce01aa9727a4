import type { StreamInfo, StreamState } from '@nats-io/jetstream';
import { type From, type Offset, TestbedError } from 'testbed';

/** Number of the last publish that a subscription needs no more; 0 before everything. */
export type Position = number;

/** An offset names the stream by its birth: one made again after a loss counts from 1 again. */
export function offsetOf(position: Position, born: string): Offset {
  return `${position}@${born}`;
}

/** Before the first that the stream still holds. An empty one that never held any says 0 of its first. */
export function beginningOf({ first_seq }: StreamState): Position {
  return Math.max(0, first_seq - 1);
}

/** Where `from` lies in the stream. INVALID_ARGUMENT for no offset of this bus, OUT_OF_RANGE for one not held. */
export function positionOf(from: From, { created, state, config }: StreamInfo): Position {
  if (from === 'latest') return state.last_seq;
  if (from === 'earliest') return beginningOf(state);
  const [, digits, born] = /^(\d{1,15})@(\S+)$/.exec(from.after) ?? [];
  if (digits === undefined)
    throw new TestbedError('INVALID_ARGUMENT', `"${from.after}" is no offset of the nats bus`);
  const position = Number(digits);
  if (born !== created || position > state.last_seq || position < state.first_seq - 1)
    throw new TestbedError(
      'OUT_OF_RANGE',
      `stream ${config.name} no longer holds what comes after ${digits}`,
    );
  return position;
}
