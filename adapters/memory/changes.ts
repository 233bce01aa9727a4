import type { Agent } from '../../core/agent.ts';
import type { AgentChanges, PageRequest } from '../../core/storage.ts';
import { cannotTell, cursorOfTold, removalsKept, toldBefore } from '../told.ts';
import { Postings } from './postings.ts';

interface Change {
  readonly place: number;
  readonly id: string;
  readonly isRemoval: boolean;
}

/** The last change of every agent, in order, and the newest removals. Nothing is kept until somebody asks for the first time. */
export class Changes {
  /** Null: nobody has asked. */
  #lastOf: Map<string, Change> | null = null;
  readonly #all = new Postings<Change>();
  readonly #removals = new Postings<Change>();
  #lastPlace = 0;
  /** Removals up to here may have been forgotten. */
  #forgotten = 0;

  note(id: string, isRemoval: boolean): void {
    if (this.#lastOf === null) return;
    this.#forget(this.#lastOf.get(id));
    const change = { place: ++this.#lastPlace, id, isRemoval };
    this.#lastOf.set(id, change);
    this.#all.add(change);
    if (!isRemoval) return;
    this.#removals.add(change);
    if (this.#removals.size <= removalsKept) return;
    const oldest = this.#removals.first();
    this.#forgotten = oldest.place;
    this.#forget(oldest);
    this.#lastOf.delete(oldest.id);
  }

  /** `agents`: all there are; `get`: one of them. */
  since(page: PageRequest, agents: () => Iterable<string>, get: (id: string) => Agent): AgentChanges {
    // The place told last, and the last place when the caller began: what was removed by then it never saw.
    const told = toldBefore(page, 2);
    if (this.#lastOf === null) {
      this.#lastOf = new Map();
      for (const id of agents()) this.note(id, false);
    }
    const [after = 0, begun = this.#lastPlace] = told?.places ?? [];
    if (after > this.#lastPlace || begun > this.#lastPlace)
      throw cannotTell('this storage was not there then');
    if (told !== null && this.#forgotten > Math.max(after, begun)) throw cannotTell('too much was removed');
    const changed: Agent[] = [];
    const removed: string[] = [];
    let reached = after;
    let more = false;
    for (const { place, id, isRemoval } of this.#all.after(after)) {
      more = changed.length + removed.length === page.limit;
      if (more) break;
      reached = place;
      if (!isRemoval) changed.push(get(id));
      else if (place > begun) removed.push(id);
    }
    return { changed, removed, next: cursorOfTold({ epoch: '', places: [reached, begun] }), more };
  }

  #forget(change: Change | undefined): void {
    if (change === undefined) return;
    this.#all.delete(change);
    if (change.isRemoval) this.#removals.delete(change);
  }
}
