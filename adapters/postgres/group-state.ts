import type { Placed } from './entries.ts';
import { type Span, spansOf, union } from './spans.ts';

/** What a member of a group holds: given to it and not yet answered. */
export interface Claim {
  readonly member: string;
  /** Counts the claims of its member. */
  readonly turn: number;
  readonly spans: readonly Span[];
}

/**
 * Where a group is. Every message up to `position` was claimed once; of those, `claims` are held by members and `parked`
 * by nobody: passed over because somebody held their key, or given back.
 */
export interface GroupState {
  readonly position: number;
  readonly parked: readonly Span[];
  readonly claims: readonly Claim[];
}

/** A claim that a member has answered. */
export interface Done {
  readonly turn: number;
  readonly acknowledged: boolean;
}

/**
 * The same group after `member` has answered `done`, and after everything else that it holds, or that a member holds
 * who is not `alive`, was given back.
 */
export function settle(
  state: GroupState,
  member: string,
  done: Done | null,
  alive: ReadonlySet<string>,
): GroupState {
  const stays = (claim: Claim): boolean => claim.member !== member && alive.has(claim.member);
  const isDone = (claim: Claim): boolean =>
    claim.member === member && done?.acknowledged === true && claim.turn === done.turn;
  const returned = state.claims.filter((claim) => !stays(claim) && !isDone(claim));
  return {
    position: state.position,
    parked: union(state.parked, ...returned.map(({ spans }) => spans)),
    claims: state.claims.filter(stays),
  };
}

export interface Choice {
  readonly taken: readonly Placed[];
  readonly parked: readonly Span[];
  readonly position: number;
}

/** Messages a group may have passed over because their keys were busy, before it reads no further. */
const parkLimit = 1_000;

/**
 * Chooses the next messages, `limit` at the most: those parked first, then the fresh ones, each unless its key is held by
 * another member or an earlier message of that key was left.
 */
export function choose(
  {
    position,
    parked,
    fresh,
  }: { readonly position: number; readonly parked: readonly Placed[]; readonly fresh: readonly Placed[] },
  heldKeys: ReadonlySet<string>,
  limit: number,
): Choice {
  const busy = new Set(heldKeys);
  const taken: Placed[] = [];
  const left: number[] = [];
  const offer = (each: Placed): void => {
    if (taken.length < limit && !busy.has(each.message.key)) taken.push(each);
    else {
      left.push(each.offset);
      busy.add(each.message.key);
    }
  };
  for (const each of parked) offer(each);
  let reached = position;
  for (const each of fresh) {
    if (taken.length >= limit || left.length >= parkLimit) break;
    offer(each);
    reached = each.offset;
  }
  return { taken, parked: spansOf(left), position: reached };
}

/** The offset after which the group still needs everything. */
export function neededAfter({ position, parked, claims }: GroupState): number {
  const firsts = [parked, ...claims.map(({ spans }) => spans)].map(
    (spans) => spans[0]?.[0] ?? Number.POSITIVE_INFINITY,
  );
  return Math.min(position, ...firsts.map((first) => first - 1));
}

/** From its columns. */
export function parseState(position: string, parked: string, claims: string): GroupState {
  return { position: Number(position), parked: JSON.parse(parked), claims: JSON.parse(claims) };
}
