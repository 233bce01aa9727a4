import { type AgentStatus, agentStatuses } from '../../core/agent.ts';
import type { Patience } from './check.ts';

/** What was done to one agent's record: between when it was asked for and when it was answered it took effect, at once. */
export interface Operation {
  readonly kind: 'insert' | 'update' | 'remove' | 'read';
  /** What was to be stored; for a read, what was found: version 0, nothing. */
  readonly version: number;
  readonly status: AgentStatus | null;
  /** `unknown`: at any time after it was asked for, or never. */
  readonly outcome: 'done' | 'conflict' | 'unknown';
  readonly calledMs: number;
  readonly answeredMs: number;
}

/** A record as it may be stored: version and status in one number; 0: it is not there. */
type State = number;

export type Linearized =
  | { readonly holds: true }
  /** `at` cannot have been answered as it was, whatever the order; before it the record can only have been one of these. */
  | { readonly holds: false; readonly at: Operation; readonly possible: readonly string[] }
  /** Too many orders are possible to try them all. */
  | { readonly holds: null };

/** Operations of one agent that overlap at most, and arrangements of them kept; beyond that the answer is unknown. */
const overlapLimit = 20;
const arrangementLimit = 20_000;
/** Steps between two looks at the time. */
const lookEvery = 1024;

interface Step {
  readonly atMs: number;
  readonly operation: Operation;
  readonly answer: boolean;
}

/**
 * Whether the operations on one record can be put in an order that agrees with the times and with the answers: Wing and
 * Gong's search, in Lowe's form. Step by step through calls and answers it keeps every arrangement that is still
 * possible, which is a state and what of the operations under way has happened in it; an operation is made to happen no
 * sooner than its answer, or that of another, asks for it. So it remembers what overlaps, never the history.
 *
 * What has no answer may happen at any time from its call on. It is allowed to happen twice, where a removal comes between:
 * that can only let something pass.
 */
export function linearize(operations: readonly Operation[], patience: Patience): Linearized {
  return new Search(patience).run(stepsOf(operations));
}

/** Calls before answers where the times are the same: those operations may have overlapped. */
function stepsOf(operations: readonly Operation[]): readonly Step[] {
  const steps = operations.flatMap((operation): Step[] => {
    const call = { atMs: operation.calledMs, operation, answer: false };
    return operation.outcome === 'unknown'
      ? [call]
      : [call, { atMs: operation.answeredMs, operation, answer: true }];
  });
  return steps.sort((a, b) => a.atMs - b.atMs || Number(a.answer) - Number(b.answer));
}

class Search {
  readonly #patience: Patience;
  /** By place; an operation has one from its call to its answer. */
  readonly #underWay: (Operation | null)[] = [];
  /** By the version that it was made on; what fits on any, or on none, by 0. */
  readonly #unanswered = new Map<number, Operation[]>();
  /** `state * 2^overlapLimit + the places whose operation has happened`. */
  #arrangements = new Set<number>([0]);
  #taken = 0;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  run(steps: readonly Step[]): Linearized {
    for (const { operation, answer } of steps) {
      if (!answer && !this.#call(operation)) return { holds: null };
      if (!answer) continue;
      const before = this.#arrangements;
      const after = this.#answer(operation);
      if (after === null) return { holds: null };
      if (after.size === 0) return { holds: false, at: operation, possible: statesIn(before) };
      this.#arrangements = after;
    }
    return { holds: true };
  }

  #call(operation: Operation): boolean {
    if (operation.outcome === 'unknown') {
      const from = operation.kind === 'update' ? operation.version - 1 : 0;
      const others = this.#unanswered.get(from) ?? [];
      this.#unanswered.set(from, [...others, operation]);
      return true;
    }
    const free = this.#underWay.indexOf(null);
    const place = free < 0 ? this.#underWay.length : free;
    this.#underWay[place] = operation;
    return place < overlapLimit;
  }

  /** The arrangements in which the operation has happened; null when there are too many to find them. */
  #answer(operation: Operation): Set<number> | null {
    const place = this.#underWay.indexOf(operation);
    const bit = 1 << place;
    const seen = new Set(this.#arrangements);
    const open = [...seen];
    const after = new Set<number>();
    for (let arrangement = open.pop(); arrangement !== undefined; arrangement = open.pop()) {
      if (seen.size > arrangementLimit || this.#isTooLate()) return null;
      if ((happenedIn(arrangement) & bit) !== 0) after.add(arrangement - bit);
      else {
        for (const next of this.#nextOf(arrangement)) {
          if (seen.has(next)) continue;
          seen.add(next);
          open.push(next);
        }
      }
    }
    this.#underWay[place] = null;
    return after;
  }

  /** Every arrangement in which one more operation has happened. */
  #nextOf(arrangement: number): readonly number[] {
    const state = stateIn(arrangement);
    const happened = happenedIn(arrangement);
    const next: number[] = [];
    const add = (operation: Operation, places: number): void => {
      const then = carriedOut(state, operation);
      if (then !== null) next.push(then * 2 ** overlapLimit + places);
    };
    this.#underWay.forEach((operation, place) => {
      if (operation !== null && (happened & (1 << place)) === 0) add(operation, happened | (1 << place));
    });
    const version = versionOf(state);
    for (const from of version === 0 ? [0] : [version, 0]) {
      for (const operation of this.#unanswered.get(from) ?? []) add(operation, happened);
    }
    return next;
  }

  #isTooLate(): boolean {
    return ++this.#taken % lookEvery === 0 && this.#patience.over;
  }
}

/** What the record is after the operation, answered as it was; null when that answer is wrong in this state. */
function carriedOut(state: State, { kind, version, status, outcome }: Operation): State | null {
  const stored = versionOf(state);
  switch (kind) {
    case 'insert':
      return stored === 0 ? stateOf(version, status) : null;
    case 'update': {
      const fits = stored !== 0 && stored === version - 1;
      if (outcome === 'conflict') return fits ? null : state;
      return fits ? stateOf(version, status) : null;
    }
    case 'remove':
      return 0;
    case 'read':
      return state === stateOf(version, status) ? state : null;
  }
}

function stateOf(version: number, status: AgentStatus | null): State {
  return status === null ? 0 : version * agentStatuses.length + agentStatuses.indexOf(status);
}

function versionOf(state: State): number {
  return Math.floor(state / agentStatuses.length);
}

function stateIn(arrangement: number): State {
  return Math.floor(arrangement / 2 ** overlapLimit);
}

function happenedIn(arrangement: number): number {
  return arrangement % 2 ** overlapLimit;
}

function statesIn(arrangements: ReadonlySet<number>): readonly string[] {
  const states = new Set([...arrangements].map(stateIn));
  return [...states].sort((a, b) => a - b).map(describeState);
}

function describeState(state: State): string {
  const version = versionOf(state);
  return version === 0 ? 'not there' : `version ${version} (${agentStatuses[state % agentStatuses.length]})`;
}
