import type Database from 'better-sqlite3';
import type { Message } from '../../core/message.ts';
import type { MessageTable } from './messages.ts';
import { countOf, parseSpans, type Span, spansOf, union } from './spans.ts';

/** Messages a group may have passed over because their keys were busy, before it reads no further. */
const parkLimit = 1_000;
const claimLimit = 200;

export interface GroupIdentity {
  readonly id: number;
  readonly channel: number;
}

/** What a member is given: acknowledged or given back as a whole. */
export interface Claim {
  readonly id: number;
  readonly messages: readonly Message[];
  /** The offset of the last message. */
  readonly last: number;
}

interface Choice {
  readonly taken: Message[];
  readonly takenAt: number[];
  readonly left: number[];
}

/**
 * Consumer groups in tables, so that members may be in any process. A claim names the spans that a member holds; while
 * it lives, no other member is given a message of the same keys. What was passed over for that reason, and what a dead
 * or departing member held, is parked in the group's row and taken first.
 *
 *     position: everything up to here was claimed once     claims: held     parked: below position, held by nobody
 */
export class Groups {
  readonly #table: MessageTable;
  readonly #statements: { readonly [name in keyof typeof sql]: Database.Statement };

  constructor(db: Database.Database, table: MessageTable) {
    this.#table = table;
    const prepared = Object.entries(sql).map(([name, text]) => [name, db.prepare(text)]);
    this.#statements = Object.fromEntries(prepared);
    for (const name of ['state', 'claims', 'needed', 'held'] as const) this.#statements[name].raw();
    for (const name of ['find', 'spans', 'deadClaim'] as const) this.#statements[name].pluck();
  }

  /** The group's number; a new group starts at what `position` says. Inside a transaction. */
  open(channel: number, name: string, position: () => number): GroupIdentity {
    const found = this.#statements.find.get(channel, name) as number | undefined;
    const id = found ?? Number(this.#statements.create.run(channel, name, position()).lastInsertRowid);
    return { id, channel };
  }

  /** Whether a member may find something to take. */
  hasWork({ id, channel }: GroupIdentity, nowMs: number): boolean {
    const [position, parked] = this.#statements.state.get(id) as [number, string];
    return (
      position < this.#table.newest(channel) ||
      parked !== '[]' ||
      this.#statements.deadClaim.get(id, nowMs) !== undefined
    );
  }

  /**
   * Claims what is next for one of `members` in this process; null when there is nothing, or all of it waits for a
   * key. `aliveUntil` of a claim's consumer decides whether it still counts. Inside a transaction.
   */
  take(group: GroupIdentity, consumer: number, members: number, nowMs: number): Claim | null {
    const [position, parkedText] = this.#statements.state.get(group.id) as [number, string];
    const { busy, returned } = this.#readClaims(group, nowMs);
    const parked = union(parseSpans(parkedText), returned);
    const lag = this.#table.newest(group.channel) - position + countOf(parked);
    const limit = Math.min(claimLimit, Math.max(1, Math.ceil(lag / members)));
    const choice: Choice = { taken: [], takenAt: [], left: [] };
    for (const [from, to] of parked) this.#choose(choice, group.channel, from - 1, to, busy, limit);
    const reached = this.#readOn(choice, group.channel, position, busy, limit);
    const parkedNow = JSON.stringify(spansOf(choice.left));
    if (reached !== position || parkedNow !== parkedText) {
      this.#statements.save.run(reached, parkedNow, group.id);
    }
    if (choice.taken.length === 0) return null;
    const spans = JSON.stringify(spansOf(choice.takenAt));
    const { lastInsertRowid } = this.#statements.claim.run(group.id, consumer, spans);
    return { id: Number(lastInsertRowid), messages: choice.taken, last: choice.takenAt.at(-1) as number };
  }

  acknowledge(claim: number): void {
    this.#statements.removeClaim.run(claim);
  }

  /** Others may have what the claim held. Inside a transaction. */
  release(group: number, claim: number): void {
    const spans = this.#statements.spans.get(claim) as string | undefined;
    if (spans === undefined) return;
    const [position, parked] = this.#statements.state.get(group) as [number, string];
    this.#statements.save.run(position, JSON.stringify(union(parseSpans(parked), parseSpans(spans))), group);
    this.#statements.removeClaim.run(claim);
  }

  /** Gives back everything that a consumer holds. Inside a transaction. */
  releaseAll(consumer: number): void {
    for (const [group, claim] of this.#statements.held.all(consumer) as [number, number][]) {
      this.release(group, claim);
    }
  }

  /** The offset up to which no group of the channel needs anything. */
  neededAfter(channel: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (const [position, ...held] of this.#statements.needed.all(channel) as [
      number,
      ...(string | null)[],
    ][]) {
      least = Math.min(least, position);
      for (const text of held) if (text !== null) least = Math.min(least, firstOf(parseSpans(text)) - 1);
    }
    return least;
  }

  #readClaims(group: GroupIdentity, nowMs: number): { busy: Set<string>; returned: readonly Span[] } {
    const busy = new Set<string>();
    let returned: readonly Span[] = [];
    for (const [claim, text, aliveUntil] of this.#statements.claims.all(group.id) as [
      number,
      string,
      number | null,
    ][]) {
      const spans = parseSpans(text);
      if (aliveUntil === null || aliveUntil < nowMs) {
        returned = union(returned, spans);
        this.#statements.removeClaim.run(claim);
        continue;
      }
      for (const [from, to] of spans) {
        for (const key of this.#table.keys(group.channel, from - 1, to)) busy.add(key);
      }
    }
    return { busy, returned };
  }

  /** Reads beyond the position, as far as there is room; the position reached. */
  #readOn(choice: Choice, channel: number, position: number, busy: Set<string>, limit: number): number {
    let reached = position;
    while (choice.taken.length < limit && choice.left.length < parkLimit) {
      const upTo = reached + limit - choice.taken.length;
      const count = this.#choose(choice, channel, reached, upTo, busy, limit);
      if (count === 0) break;
      reached += count;
    }
    return reached;
  }

  /** Takes or leaves each message after one offset up to another; how many there were. */
  #choose(
    choice: Choice,
    channel: number,
    after: number,
    upTo: number,
    busy: Set<string>,
    limit: number,
  ): number {
    let offset = after;
    while (offset < upTo) {
      const messages = this.#table.read(channel, offset, upTo - offset);
      if (messages.length === 0) break;
      for (const message of messages) {
        offset++;
        if (choice.taken.length < limit && !busy.has(message.key)) {
          choice.taken.push(message);
          choice.takenAt.push(offset);
        } else {
          choice.left.push(offset);
        }
      }
    }
    return offset - after;
  }
}

function firstOf(spans: readonly Span[]): number {
  return spans[0]?.[0] ?? Number.POSITIVE_INFINITY;
}

const sql = {
  find: 'SELECT id FROM groups WHERE channel = ? AND name = ?',
  create: "INSERT INTO groups (channel, name, position, parked) VALUES (?, ?, ?, '[]')",
  state: 'SELECT position, parked FROM groups WHERE id = ?',
  save: 'UPDATE groups SET position = ?, parked = ? WHERE id = ?',
  claim: 'INSERT INTO claims (group_id, consumer, spans) VALUES (?, ?, ?)',
  claims: `SELECT claims.id, spans, alive_until FROM claims
    LEFT JOIN consumers ON consumers.id = claims.consumer WHERE group_id = ?`,
  deadClaim: `SELECT 1 FROM claims LEFT JOIN consumers ON consumers.id = claims.consumer
    WHERE group_id = ? AND coalesce(alive_until, 0) < ? LIMIT 1`,
  spans: 'SELECT spans FROM claims WHERE id = ?',
  removeClaim: 'DELETE FROM claims WHERE id = ?',
  held: 'SELECT group_id, id FROM claims WHERE consumer = ?',
  needed: `SELECT position, parked, spans FROM groups
    LEFT JOIN claims ON claims.group_id = groups.id WHERE channel = ?`,
} as const;
