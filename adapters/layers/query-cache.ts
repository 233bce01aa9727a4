import type { Clock } from '../../core/clock.ts';
import type { Page, PageRequest, Repository, Storage } from '../../core/storage.ts';
import type { QueryCacheOptions } from '../adapter.ts';
import type { Layer } from './layer.ts';

/**
 * A storage that remembers what `find` and `count` of agents and swarms came to. A write through it forgets everything
 * of that repository, so that it shows its own writes at once; those of others are seen after `forMs` at the latest,
 * reckoned from when the store was asked.
 */
export function cacheQueries(storage: Storage, options: QueryCacheOptions, clock: Clock): Layer<Storage> {
  const agents = new Answers(options, clock);
  const swarms = new Answers(options, clock);
  return {
    port: {
      agents: cached(storage.agents, agents),
      swarms: cached(storage.swarms, swarms),
      events: storage.events,
      ...(storage.changes && { changes: storage.changes }),
      ...(storage.nodes && { nodes: storage.nodes }),
    },
    facts: () => ({
      queryCache: `${options.entries} answers for ${options.forMs} ms`,
      queryHits: agents.hits + swarms.hits,
      queryMisses: agents.misses + swarms.misses,
    }),
  };
}

function cached<Item extends { readonly id: string; readonly version: number }, Filter extends object>(
  repository: Repository<Item, Filter>,
  answers: Answers,
): Repository<Item, Filter> {
  return {
    insert: (items, token) => answers.outdate(() => repository.insert(items, token)),
    get: (id) => repository.get(id),
    update: (items, token) => answers.outdate(() => repository.update(items, token)),
    find: (filter, page): Promise<Page<Item>> =>
      answers.answer(keyOf(filter, page), () => repository.find(filter, page)),
    count: (filter): Promise<number> => answers.answer(keyOf(filter, null), () => repository.count(filter)),
    remove: (ids) => answers.outdate(() => repository.remove(ids)),
  };
}

/** Conditions not named, or named in another order, are the same question. */
function keyOf(filter: object, page: PageRequest | null): string {
  const conditions = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([conditions, page && [page.limit, page.after]]);
}

interface Answer {
  readonly untilMs: number;
  readonly value: unknown;
}

/** The least recently used go when there are too many. */
class Answers {
  readonly #kept = new Map<string, Answer>();
  readonly #options: QueryCacheOptions;
  readonly #clock: Clock;
  /** Changes with every write: an answer to what was asked in another one is not kept. */
  #generation = 0;
  #writing = 0;
  hits = 0;
  misses = 0;

  constructor(options: QueryCacheOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  async answer<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const askedMs = this.#clock.now();
    const known = this.#kept.get(question);
    this.#kept.delete(question);
    if (known !== undefined && askedMs < known.untilMs) {
      this.#kept.set(question, known);
      this.hits++;
      return known.value as T;
    }
    this.misses++;
    const generation = this.#generation;
    const value = await ask();
    if (generation === this.#generation && this.#writing === 0) {
      this.#kept.set(question, { value, untilMs: askedMs + this.#options.forMs });
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > this.#options.entries) this.#kept.delete(oldest as string);
    }
    return value;
  }

  /** Runs a write. It may have happened even if it rejects. */
  async outdate<T>(write: () => Promise<T>): Promise<T> {
    this.#forget();
    this.#writing++;
    try {
      return await write();
    } finally {
      this.#writing--;
      this.#forget();
    }
  }

  #forget(): void {
    this.#generation++;
    this.#kept.clear();
  }
}
