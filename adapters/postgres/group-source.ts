import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { isTestbedError, TestbedError } from '../../core/error.ts';
import type { Batch, Source } from '../pump.ts';
import { arrayOf } from './arrays.ts';
import { type BusStatements, readRows } from './bus-sql.ts';
import type { Row } from './call.ts';
import { messagesAfter, messagesIn, type Placed, type StoredEntry } from './entries.ts';
import {
  type Choice,
  type Claim,
  choose,
  type Done,
  type GroupState,
  parseState,
  settle,
} from './group-state.ts';
import { readBytes } from './plain-source.ts';
import type { Pool } from './pool.ts';
import { type Span, spansOf, union } from './spans.ts';

export interface GroupBatch extends Batch {
  readonly turn: number;
}

export interface GroupParts {
  readonly pool: Pool;
  readonly sql: BusStatements;
  readonly clock: Clock;
  readonly channel: number;
  readonly group: string;
  /** A member that was not heard of for this long is taken for dead, and what it held goes to others. */
  readonly leaseMs: number;
  /** There may be something that another member could take. */
  readonly wakeOthers: () => void;
  /** Members of one process take one after another: at the same time, all but one would have to look again. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The group's row as read, and what comes after its position. */
interface View {
  readonly version: string;
  readonly state: GroupState;
  readonly alive: ReadonlySet<string>;
  readonly entries: readonly StoredEntry[];
  /** There is more than was read. */
  readonly isCut: boolean;
}

/** What a member of several reads at a time is less, or most of it would be read for the others. */
const shareBytes = 150_000;
/** Messages for a member at a time, when there are several. */
const shareLimit = 1_000;
const fewMessages = 100;

/**
 * What a member of a group reads. The group is one row on the server. A member reads it, chooses, and writes it back if it
 * is still what it read: what it acknowledges and what it claims next are one change. A write whose answer was lost has
 * either happened, and the next reading shows it, or comes too late to change anything.
 */
export class GroupSource implements Source<GroupBatch> {
  readonly #parts: GroupParts;
  readonly #member = randomUUID();
  /** Keys held by other members, by what they hold. */
  #keysHeld = new Map<string, readonly string[]>();
  #turn = 0;
  #isAlone = true;
  #isStaying = false;
  #cancelStay: (() => void) | undefined;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  /** Joins the group; from then on the lease is renewed until `end`. */
  async join(): Promise<void> {
    await this.#stay();
    this.#isStaying = true;
    this.#stayOn();
  }

  next(batch: GroupBatch | null): Promise<GroupBatch | null> {
    return this.#parts.inTurn(() => this.#next(batch));
  }

  async #next(batch: GroupBatch | null): Promise<GroupBatch | null> {
    const done: Done | null = batch === null ? null : { turn: batch.turn, acknowledged: true };
    for (let bytes = this.#isAlone ? readBytes : shareBytes; ; ) {
      const view = await this.#read(bytes);
      if (!view.alive.has(this.#member)) {
        // We were silent for too long: what is claimed without a lease is anybody's.
        await this.#stay();
        continue;
      }
      const settled = settle(view.state, this.#member, done, view.alive);
      const choice = await this.#choose(view, settled);
      const isIdle = choice.taken.length === 0;
      if (isIdle && settled.claims.length === view.state.claims.length) {
        if (bytes === readBytes || !view.isCut || messagesSeen(view) > fewMessages) return null;
        // A few large messages whose keys are busy must not hide what comes behind them.
        bytes = readBytes;
        continue;
      }
      const claim = this.#claimOf(choice);
      const next = isIdle ? settled : { ...choice, claims: [...settled.claims, claim] };
      if (!(await this.#write(view, next))) continue;
      this.#tellOthers(view, choice);
      return isIdle ? null : this.#batchOf(choice, claim);
    }
  }

  /** Gives everything back, acknowledged or not. When the server is not there to hear it, the lease runs out. */
  async end(last: GroupBatch | null, answered: boolean): Promise<void> {
    this.#isStaying = false;
    this.#cancelStay?.();
    try {
      await this.#parts.pool.run(this.#parts.sql.leave, [this.#member]);
      const done = last === null ? null : { turn: last.turn, acknowledged: answered };
      for (;;) {
        const view = await this.#read(1);
        if (!view.state.claims.some(({ member }) => member === this.#member)) break;
        if (await this.#write(view, settle(view.state, this.#member, done, view.alive))) break;
      }
      this.#parts.wakeOthers();
    } catch (error) {
      if (!isTestbedError(error)) throw error;
    }
  }

  async #choose(view: View, settled: GroupState): Promise<Choice> {
    const { position, parked, claims } = settled;
    await this.#learnKeys(claims);
    const candidates = {
      position,
      parked: messagesIn(await this.#entriesIn(parked), parked),
      fresh: messagesAfter(view.entries, position),
    };
    const members = Math.max(1, view.alive.size);
    const share = Math.ceil((candidates.parked.length + candidates.fresh.length) / members);
    const limit = members === 1 ? Number.POSITIVE_INFINITY : Math.min(shareLimit, Math.max(1, share));
    return choose(candidates, new Set([...this.#keysHeld.values()].flat()), limit);
  }

  #claimOf({ taken }: Choice): Claim {
    return { member: this.#member, turn: ++this.#turn, spans: spansOf(taken.map(({ offset }) => offset)) };
  }

  #batchOf({ taken }: Choice, { turn }: Claim): GroupBatch {
    const last = taken.at(-1) as Placed;
    return { messages: taken.map(({ message }) => message), offset: String(last.offset), turn };
  }

  /** Something was left that another could take, or soon can. */
  #tellOthers({ alive, entries, isCut }: View, { parked, position }: Choice): void {
    const isMore = parked.length > 0 || isCut || Number(entries.at(-1)?.[0] ?? 0) > position;
    if (alive.size > 1 && isMore) this.#parts.wakeOthers();
  }

  async #read(bytes: number): Promise<View> {
    const { pool, sql, channel, group } = this.#parts;
    const { rows } = await pool.run(sql.group, [String(channel), group, String(bytes)]);
    if (rows.length === 0) throw new TestbedError('CORRUPT', `group "${group}" is gone`);
    const [version, position, parked, claims, alive] = rows[0] as Row & readonly string[];
    const entries = rows
      .filter((row) => row[5] !== null)
      .map((row) => row.slice(5, 8) as unknown as StoredEntry);
    const found = Number(rows[0]?.[8] ?? 0);
    const members: ReadonlySet<string> = new Set(JSON.parse(alive ?? '[]'));
    this.#isAlone = members.size === 1;
    return {
      version: version as string,
      state: parseState(position as string, parked as string, claims as string),
      alive: members,
      entries,
      isCut: found > entries.length || found === readRows,
    };
  }

  /** False when somebody else has changed the group since. */
  async #write({ version }: View, { position, parked, claims }: GroupState): Promise<boolean> {
    const { pool, sql, channel, group } = this.#parts;
    const state = [String(position), JSON.stringify(parked), JSON.stringify(claims)];
    return (await pool.run(sql.exchange, [String(channel), group, version, ...state])).count === 1;
  }

  async #entriesIn(spans: readonly Span[]): Promise<readonly StoredEntry[]> {
    if (spans.length === 0) return [];
    const { pool, sql, channel } = this.#parts;
    const bounds = [spans.map(([from]) => from), spans.map(([, to]) => to)].map((ends) =>
      arrayOf('int8', ends),
    );
    return (await pool.run(sql.readSpans, [String(channel), ...bounds])).rows as unknown as StoredEntry[];
  }

  /** Reads what the claims of others hold, once each: nobody else is given a message of these keys. */
  async #learnKeys(claims: readonly Claim[]): Promise<void> {
    const known = new Map<string, readonly string[]>();
    const named = claims.map((claim) => ({ name: `${claim.member} ${claim.turn}`, claim }));
    const news = named.filter(({ name }) => !this.#keysHeld.has(name));
    const entries = await this.#entriesIn(union(...news.map(({ claim }) => claim.spans)));
    for (const { name, claim } of named) {
      const keys =
        this.#keysHeld.get(name) ?? messagesIn(entries, claim.spans).map(({ message }) => message.key);
      known.set(name, keys);
    }
    this.#keysHeld = known;
  }

  async #stay(): Promise<void> {
    const { pool, sql, channel, group, leaseMs } = this.#parts;
    await pool.run(sql.stay, [this.#member, String(channel), group, String(leaseMs)]);
  }

  #stayOn(): void {
    const { clock, leaseMs } = this.#parts;
    this.#cancelStay = clock.after(leaseMs / 3, () => void this.#stayAndGoOn());
  }

  async #stayAndGoOn(): Promise<void> {
    try {
      await this.#stay();
    } catch (error) {
      // The next one may get through; until then the lease runs.
      if (!isTestbedError(error)) throw error;
    }
    if (this.#isStaying) this.#stayOn();
  }
}

function messagesSeen({ entries }: View): number {
  return entries.reduce((sum, [, count]) => sum + Number(count), 0);
}
