import type { Clock } from '../clock.ts';
import { isTestbedError, TestbedError } from '../error.ts';
import type { Token } from '../nodes/life.ts';
import type { Page, PageRequest, Repository } from '../storage.ts';
import type { Patience } from './backoff.ts';
import { Lru } from './lru.ts';

interface Versioned {
  readonly id: string;
  readonly version: number;
  readonly updatedAt: number;
}

/** What is to be different, given what is stored; null: nothing. Throws when that state does not allow it. Pure. */
export type Decide<Item> = (current: Item) => Partial<Item> | null;

export interface RecordsParts<Item extends Versioned, Filter> {
  readonly repository: Repository<Item, Filter>;
  /** What one item is called in an error. */
  readonly what: string;
  readonly clock: Clock;
  readonly patience: Patience;
  /** Items whose latest known state is kept at hand. */
  readonly cacheSize: number;
  /** Items in one call to the store. */
  readonly batch: number;
  /** With which changes are stored; asked as one is decided, since it holds for what was decided under it. Absent: without one. */
  readonly token?: () => Token | undefined;
}

/** How often a change is decided anew after somebody else's came first. */
const conflictLimit = 16;
/** How often a wait for a state looks at the store, for changes made by another node. */
const pollMs = 1000;

/**
 * Stored items as one node sees them: every change is decided on a known state and stored by compare-and-set on
 * its version; when somebody else was faster, it is decided again on what they stored.
 */
export class Records<Item extends Versioned, Filter> {
  readonly #parts: RecordsParts<Item, Filter>;
  readonly #cache: Lru<Item>;
  /** Who waits for the next change of an item. */
  readonly #watchers = new Map<string, PromiseWithResolvers<void>>();
  /** Compare-and-sets that found another version. */
  conflicts = 0;

  constructor(parts: RecordsParts<Item, Filter>) {
    this.#parts = parts;
    this.#cache = new Lru(parts.cacheSize);
  }

  get cache(): { readonly size: number; readonly hits: number; readonly misses: number } {
    return this.#cache;
  }

  /** All or nothing; DUPLICATE when an id exists. */
  insert(items: readonly Item[], token?: Token): Promise<void> {
    return this.#parts.patience.try(() => this.#parts.repository.insert(items, token));
  }

  /** As stored now. */
  async get(id: string): Promise<Item | undefined> {
    const item = await this.#parts.patience.try(() => this.#parts.repository.get(id));
    if (item === undefined) this.#cache.delete(id);
    else this.#remember(item);
    return item;
  }

  /** As this node last saw it; undefined when it is not at hand. */
  cached(id: string): Item | undefined {
    return this.#cache.get(id);
  }

  /** Whether anything can be at hand. */
  get remembers(): boolean {
    return this.#parts.cacheSize > 0;
  }

  /** This node has seen a later state of it. */
  outdates({ id, version }: Item): boolean {
    const known = this.#cache.peek(id);
    return known !== undefined && known.version > version;
  }

  find(filter: Filter, page: PageRequest): Promise<Page<Item>> {
    return this.#parts.patience.try(() => this.#parts.repository.find(filter, page));
  }

  /** All that match, page by page. */
  async *pages(filter: Filter): AsyncGenerator<readonly Item[]> {
    let after: string | undefined;
    do {
      const limit = Math.min(this.#parts.batch, 10_000);
      const page = await this.find(filter, after === undefined ? { limit } : { limit, after });
      if (page.items.length > 0) yield page.items;
      after = page.next;
    } while (after !== undefined);
  }

  count(filter: Filter): Promise<number> {
    return this.#parts.patience.try(() => this.#parts.repository.count(filter));
  }

  async remove(ids: readonly string[]): Promise<number> {
    for (const id of ids) this.#cache.delete(id);
    const removed = await this.#parts.patience.try(() => this.#parts.repository.remove(ids));
    for (const id of ids) this.#notify(id);
    return removed;
  }

  /**
   * Changes one item; resolves to what is stored then. Rejects with NOT_FOUND, with what `decide` throws about the
   * stored state, or with CONFLICT when others were faster too often.
   */
  async change(id: string, decide: Decide<Item>): Promise<Item> {
    const known = this.#cache.get(id);
    const token = this.#parts.token?.();
    const hasty = known === undefined ? null : decideHastily(decide, known);
    if (known !== undefined && hasty !== null) {
      const next = await this.#store(known, hasty, token);
      if (next !== undefined) return next;
    }
    for (let attempt = 0; attempt < conflictLimit; attempt++) {
      const current = await this.get(id);
      if (current === undefined) throw new TestbedError('NOT_FOUND', `no ${this.#parts.what} ${id}`);
      const token = this.#parts.token?.();
      const change = decide(current);
      if (change === null) return current;
      const next = await this.#store(current, change, token);
      if (next !== undefined) return next;
    }
    throw new TestbedError('CONFLICT', `${this.#parts.what} ${id} was changed by others all the time`);
  }

  /**
   * Changes many, each for itself, starting from the states given. `decide` must not throw here. Resolves to those
   * that were changed, as stored, and the ids of those that do not exist.
   */
  async changeMany(
    items: readonly Item[],
    decide: Decide<Item>,
  ): Promise<{ readonly changed: readonly Item[]; readonly gone: readonly string[] }> {
    const changed: Item[] = [];
    const gone: string[] = [];
    for (let start = 0; start < items.length; start += this.#parts.batch) {
      const nexts: Item[] = [];
      const token = this.#parts.token?.();
      for (const item of items.slice(start, start + this.#parts.batch)) {
        const change = decide(item);
        if (change !== null) nexts.push(this.#next(item, change));
      }
      const conflicts = new Set(await this.#update(nexts, token));
      for (const next of nexts) {
        if (!conflicts.has(next.id)) changed.push(next);
        else await this.#changeAgain(next.id, decide, changed, gone);
      }
    }
    return { changed, gone };
  }

  async #changeAgain(id: string, decide: Decide<Item>, changed: Item[], gone: string[]): Promise<void> {
    let wanted = false;
    try {
      const item = await this.change(id, (current) => {
        const change = decide(current);
        wanted = change !== null;
        return change;
      });
      if (wanted) changed.push(item);
    } catch (error) {
      if (!isTestbedError(error, 'NOT_FOUND')) throw error;
      gone.push(id);
    }
  }

  /** Resolves to the item once `ready` says so; rejects with what `ready` throws, NOT_FOUND, or the signal's reason. */
  async until(id: string, ready: (item: Item) => boolean, signal: AbortSignal): Promise<Item> {
    for (;;) {
      signal.throwIfAborted();
      const change = this.#nextChange(id);
      const item = await this.get(id);
      if (item === undefined) throw new TestbedError('NOT_FOUND', `no ${this.#parts.what} ${id}`);
      if (ready(item)) return item;
      const enough = new AbortController();
      const nap = this.#parts.clock.sleep(pollMs, AbortSignal.any([signal, enough.signal]));
      await Promise.race([change, nap]).finally(() => enough.abort());
    }
  }

  /** Stores a change of `current`; undefined when that is not what is stored any more. */
  async #store(current: Item, change: Partial<Item>, token: Token | undefined): Promise<Item | undefined> {
    const next = this.#next(current, change);
    const conflicts = await this.#update([next], token);
    return conflicts.length === 0 ? next : undefined;
  }

  #next(current: Item, change: Partial<Item>): Item {
    return { ...current, ...change, version: current.version + 1, updatedAt: this.#parts.clock.now() };
  }

  async #update(nexts: readonly Item[], token: Token | undefined): Promise<readonly string[]> {
    if (nexts.length === 0) return [];
    let conflicts: readonly string[];
    try {
      conflicts = await this.#parts.patience.try(() => this.#parts.repository.update(nexts, token));
    } catch (error) {
      for (const { id } of nexts) this.#cache.delete(id);
      throw error;
    }
    this.conflicts += conflicts.length;
    const refused = conflicts.length === 0 ? null : new Set(conflicts);
    for (const next of nexts) {
      if (refused?.has(next.id)) this.#cache.delete(next.id);
      else {
        this.#remember(next);
        this.#notify(next.id);
      }
    }
    return conflicts;
  }

  /** A slow read must not put an older state over a newer one. */
  #remember(item: Item): void {
    const known = this.#cache.peek(item.id);
    if (known === undefined || known.version <= item.version) this.#cache.set(item.id, item);
  }

  #nextChange(id: string): Promise<void> {
    let watcher = this.#watchers.get(id);
    if (watcher === undefined) {
      watcher = Promise.withResolvers<void>();
      this.#watchers.set(id, watcher);
    }
    return watcher.promise;
  }

  #notify(id: string): void {
    if (this.#watchers.size === 0) return;
    this.#watchers.get(id)?.resolve();
    this.#watchers.delete(id);
  }
}

/** Null when the cached state gives no reason to try. It may be out of date, so that only the stored one can refuse. */
function decideHastily<Item>(decide: Decide<Item>, known: Item): Partial<Item> | null {
  try {
    return decide(known);
  } catch {
    return null;
  }
}
