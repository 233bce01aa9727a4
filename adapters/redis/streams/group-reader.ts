import type { Clock } from '../../../core/clock.ts';
import { isTestbedError } from '../../../core/error.ts';
import type { Message } from '../../../core/message.ts';
import type { Batch, Source } from '../../pump.ts';
import { Beat } from '../beat.ts';
import type { Link } from '../link.ts';
import { unpack } from '../pack.ts';
import type { Intake } from './intake.ts';
import type { ChannelNames, GroupNames } from './names.ts';
import { pause, retryMs } from './pause.ts';
import { isBefore, origin, type Position } from './position.ts';
import { leave, stay, take } from './scripts/index.ts';
import { slotOf } from './slot.ts';

/** What a member was given: acknowledged or given back as a whole. */
export interface Claim extends Batch {
  readonly number: number;
}

export interface GroupReaderParts {
  readonly link: Link;
  /** This member's own, closed with it: says when there is something new. */
  readonly intake: Intake;
  readonly names: ChannelNames;
  readonly groupNames: GroupNames;
  /** This member, unique for ever. */
  readonly id: string;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly beatMs: number;
  readonly wake: () => void;
  /** So many messages were cut before the group was given them. */
  readonly missed: (messages: number) => void;
}

/** As the script `take` answers. */
type Taken = readonly [
  missed: number,
  position: Position,
  isStalled: number,
  upto?: Position,
  slots?: readonly string[],
  packs?: readonly string[],
];

/**
 * One member of a group: takes what the server gives it, batch by batch, acknowledging each with taking the next.
 * The server keeps keys apart between members and what was not acknowledged for the next one; see
 * scripts/group.ts.
 */
export class GroupReader implements Source<Claim> {
  readonly #parts: GroupReaderParts;
  readonly #beat: Beat;
  readonly #ended = new AbortController();
  #claims = 0;
  #position: Position = origin;
  #watching = false;

  constructor(parts: GroupReaderParts) {
    this.#parts = parts;
    this.#beat = new Beat(parts.clock, parts.beatMs, () => this.#stay());
  }

  async next(done: Claim | null): Promise<Claim | null> {
    const { link, names, groupNames, id, leaseMs } = this.#parts;
    const number = ++this.#claims;
    const { group, position, members, claims, parked, lost } = groupNames;
    const [missed, reached, isStalled, upto, slots, packs] = (await link.run(
      'write',
      take,
      [names.stream, names.newest, position, members, claims, parked, names.groups, lost],
      [id, leaseMs, done?.number ?? 0, number, group],
    )) as Taken;
    if (missed > 0) this.#parts.missed(missed);
    this.#position = reached;
    if (upto !== undefined) return { number, offset: upto, messages: allowed(packs ?? [], slots ?? []) };
    // Stalled: others must finish first, and the beat asks again.
    if (isStalled === 0) void this.#watch();
    return null;
  }

  async end(last: Claim | null, answered: boolean): Promise<void> {
    this.stop();
    const { link, names, groupNames, id } = this.#parts;
    const { members, claims, parked, lost } = groupNames;
    try {
      const handled = answered && last !== null ? last.number : 0;
      await link.run('write', leave, [names.stream, members, claims, parked, lost], [id, handled]);
    } catch (error) {
      // The lease lapses by itself, and what was held is then given to others.
      if (!isTestbedError(error)) throw error;
    }
  }

  /** Takes no more, at once. */
  stop(): void {
    this.#ended.abort();
    this.#beat.stop();
    this.#parts.intake.close();
  }

  /** Says that the member lives, and looks for what others have left or given back. */
  async #stay(): Promise<void> {
    const { link, groupNames, id, leaseMs, wake } = this.#parts;
    await link.run('write', stay, [groupNames.members], [id, leaseMs]);
    wake();
  }

  async #watch(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    const { intake, clock, wake } = this.#parts;
    const { signal } = this.#ended;
    for (let isMore = false; !isMore && !signal.aborted; ) {
      try {
        isMore = await intake.isMoreAfter(this.#position);
      } catch (error) {
        if (signal.aborted) break;
        if (!isTestbedError(error, 'UNAVAILABLE')) throw error;
        await pause(clock, retryMs, signal);
      }
    }
    this.#watching = false;
    wake();
  }
}

/** The messages of the packs whose slots are among those given; all of them when none is named. */
function allowed(packs: readonly string[], slots: readonly string[]): Message[] {
  const after = new Map<string, Position>();
  for (let index = 0; index < slots.length; index += 2)
    after.set(slots[index] as string, slots[index + 1] as Position);
  const messages: Message[] = [];
  for (let index = 0; index < packs.length; index += 2) {
    const id = packs[index] as Position;
    for (const message of unpack(packs[index + 1] as string)) {
      if (after.size > 0) {
        const from = after.get(slotOf(message.key));
        if (from === undefined || !isBefore(from, id)) continue;
      }
      messages.push(message);
    }
  }
  return messages;
}
