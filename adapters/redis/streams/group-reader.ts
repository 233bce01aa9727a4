import type { Clock } from '../../../core/clock.ts';
import { isTestbedError } from '../../../core/error.ts';
import type { Batch, Source } from '../../pump.ts';
import type { Link } from '../link.ts';
import { Beat } from './beat.ts';
import type { Entry } from './entry.ts';
import { Intake } from './intake.ts';
import { Lane } from './lane.ts';
import type { ChannelNames, GroupNames } from './names.ts';
import { pause, retryMs } from './pause.ts';
import { formatOffset, origin, type Positions } from './position.ts';
import { claim, join, leave, share } from './scripts.ts';

/** Messages read ahead of the handler before reading waits for it. They are this member's until it leaves or dies. */
const aheadMessages = 4_096;

/** Entries of one partition. */
export interface GroupBatch extends Batch {
  readonly lane: Lane;
  readonly ids: readonly string[];
}

export interface GroupReaderParts {
  readonly link: Link;
  readonly intake: Link;
  readonly names: ChannelNames;
  readonly groupNames: GroupNames;
  /** This member, unique for ever. */
  readonly id: string;
  /** The newest when it joined. */
  readonly from: Positions;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly beatMs: number;
  readonly wake: () => void;
  readonly missed: (messages: number) => void;
}

/**
 * One member of a group. Each partition of the channel is read by one member at a time, so that messages of one key come
 * one after another; the members share the partitions, each for a lease that it renews. Redis remembers for the group what was
 * given out and not acknowledged: whoever takes a partition over claims that and delivers it first.
 */
export class GroupReader implements Source<GroupBatch> {
  readonly #parts: GroupReaderParts;
  readonly #intake: Intake;
  readonly #beat: Beat;
  readonly #ended = new AbortController();
  readonly #lanes = new Map<number, Lane>();
  readonly #positions: string[];
  #ahead: GroupBatch[] = [];
  #inHand: GroupBatch | null = null;
  #failure: unknown;
  /** Until then, by our clock, nobody else is given what is ours. */
  #ownedUntilMs = 0;
  #onChange: (() => void) | undefined;

  constructor(parts: GroupReaderParts) {
    this.#parts = parts;
    this.#intake = new Intake(parts.intake, parts.names.streams);
    this.#positions = [...parts.from];
    this.#beat = new Beat(parts.clock, parts.beatMs, () => this.renew());
    void this.#run();
  }

  next(done: GroupBatch | null): GroupBatch | null {
    if (done !== null && done === this.#inHand) {
      done.lane.handled(done.ids);
      this.#inHand = null;
      void this.#acknowledge(done.lane).catch(ignoreOurs);
      this.#changed();
    }
    if (this.#failure !== undefined) throw this.#failure;
    // A member that stood still for longer than its lease must ask again before it goes on.
    if (this.#parts.clock.now() >= this.#ownedUntilMs) return null;
    const batch = this.#ahead.shift() ?? null;
    this.#inHand = batch;
    return batch;
  }

  async end(_last: GroupBatch | null, answered: boolean): Promise<void> {
    const last = this.#inHand;
    this.stop();
    const { link, groupNames, id } = this.#parts;
    try {
      if (answered && last !== null) last.lane.handled(last.ids);
      for (const lane of this.#lanes.values()) await this.#acknowledge(lane);
      await link.run('write', leave, [groupNames.members, groupNames.owners], [id]);
    } catch (error) {
      // The lease lapses by itself, and what was handled is then delivered again.
      if (!isTestbedError(error)) throw error;
    }
  }

  /** Reads no more, at once. */
  stop(): void {
    this.#ended.abort();
    this.#beat.stop();
    this.#parts.intake.close();
    this.#changed();
  }

  /** Renews the lease, gives back what is to go, and takes what is this member's share. */
  async renew(): Promise<void> {
    const { link, groupNames, names, id, clock, leaseMs } = this.#parts;
    for (const lane of this.#lanes.values()) await this.#acknowledge(lane);
    const back = [...this.#lanes.values()].filter((lane) => lane.isLeaving && this.#isQuiet(lane));
    const askedMs = clock.now();
    const [fair = 0, ...mine] = (await link.run(
      'write',
      share,
      [groupNames.members, groupNames.owners],
      [id, leaseMs, names.partitions, ...back.map((lane) => lane.partition)],
    )) as number[];
    this.#ownedUntilMs = askedMs + leaseMs;
    for (const { partition } of back) this.#lanes.delete(partition);
    for (const partition of this.#lanes.keys()) if (!mine.includes(partition)) this.#drop(partition);
    for (const partition of mine)
      if (!this.#lanes.has(partition)) this.#lanes.set(partition, new Lane(partition));
    for (const lane of [...this.#lanes.values()].slice(fair)) this.#letGo(lane);
    this.#changed();
    this.#parts.wake();
  }

  /** What was read ahead of it goes to the next member, who claims it. */
  #letGo(lane: Lane): void {
    lane.isLeaving = true;
    this.#ahead = this.#ahead.filter((batch) => batch.lane !== lane);
  }

  #drop(partition: number): void {
    this.#letGo(this.#lanes.get(partition) as Lane);
    this.#lanes.delete(partition);
  }

  #isQuiet(lane: Lane): boolean {
    return lane.isAcknowledged && this.#inHand?.lane !== lane;
  }

  /** What a lost connection was about to bring counts as given to us: all that we hold is read again. */
  #refresh(): void {
    for (const lane of this.#lanes.values()) lane.state = 'fresh';
  }

  async #acknowledge(lane: Lane): Promise<void> {
    const { link, names, groupNames } = this.#parts;
    const stream = names.streams[lane.partition] as string;
    await lane.acknowledge((ids) => link.call('write', 'XACK', [stream, groupNames.group, ...ids]));
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        await this.#step();
      } catch (error) {
        if (signal.aborted) return;
        if (!(await this.#isPassing(error))) {
          this.#failure = error;
          this.#parts.wake();
          return;
        }
        this.#refresh();
        await pause(this.#parts.clock, retryMs, signal);
      }
    }
  }

  async #step(): Promise<void> {
    const lanes = [...this.#lanes.values()].filter((lane) => !lane.isLeaving);
    const fresh = lanes.find((lane) => lane.state === 'fresh');
    const ahead = this.#ahead.reduce((sum, { messages }) => sum + messages.length, 0);
    if (lanes.length === 0 || ahead >= aheadMessages) await this.#change();
    else if (fresh !== undefined) await this.#recover(fresh);
    else {
      const { groupNames, id } = this.#parts;
      const ids = new Map(lanes.map((lane) => [lane.partition, '>']));
      this.#take(await this.#intake.readAs(groupNames.group, id, ids));
    }
  }

  /** Claims what others were given, and reads all that this member holds: first what is oldest. */
  async #recover(lane: Lane): Promise<void> {
    const { link, names, groupNames, id } = this.#parts;
    this.#ahead = this.#ahead.filter((batch) => batch.lane !== lane);
    if (this.#inHand?.lane === lane) return this.#change();
    await this.#acknowledge(lane);
    const stream = names.streams[lane.partition] as string;
    const given = await link.run('write', claim, [stream], [groupNames.group, id]);
    for (let after = origin; ; ) {
      const entries = await this.#intake.readAs(groupNames.group, id, new Map([[lane.partition, after]]));
      this.#take(entries);
      const last = entries.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
    lane.goLive(String(given));
  }

  #take(entries: readonly Entry[]): void {
    for (let from = 0, to = 0; from < entries.length; from = to) {
      const { partition } = entries[from] as Entry;
      while (to < entries.length && entries[to]?.partition === partition) to++;
      const lane = this.#lanes.get(partition);
      // Read for a lane that was lost meanwhile: it is the next member's to claim.
      if (lane !== undefined && !lane.isLeaving) this.#push(lane, entries.slice(from, to));
    }
    if (entries.length > 0) this.#parts.wake();
  }

  #push(lane: Lane, entries: readonly Entry[]): void {
    for (const entry of entries) {
      const missed = lane.missedBy(entry);
      if (missed > 0) this.#parts.missed(missed);
    }
    const ids = entries.map(({ id }) => id);
    const messages = entries.flatMap((entry) => entry.messages ?? []);
    this.#positions[lane.partition] = ids.at(-1) as string;
    if (messages.length === 0) lane.handled(ids);
    else this.#ahead.push({ lane, ids, messages, offset: formatOffset(this.#positions) });
  }

  /** Unreachable passes. A group that is gone, because the server lost its data, is made again from the start of what it has now. */
  async #isPassing(error: unknown): Promise<boolean> {
    if (isTestbedError(error, 'UNAVAILABLE', 'TIMEOUT', 'FULL')) return true;
    if (!isTestbedError(error, 'NOT_FOUND')) return false;
    const { link, names, groupNames } = this.#parts;
    try {
      const start = names.streams.map(() => origin);
      await link.run('write', join, [names.log, ...names.streams], [groupNames.group, ...start]);
      return true;
    } catch (again) {
      return isTestbedError(again, 'UNAVAILABLE', 'TIMEOUT', 'FULL');
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange = resolve;
    });
  }

  #changed(): void {
    this.#onChange?.();
  }
}

function ignoreOurs(error: unknown): void {
  if (!isTestbedError(error)) throw error;
}
