import type { Agent } from '../../core/agent.ts';
import { TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type {
  AgentFilter,
  EventRepository,
  Page,
  PageRequest,
  Repository,
  Storage,
  SwarmFilter,
} from '../../core/storage.ts';
import type { Swarm } from '../../core/swarm.ts';

/** Called before or after a method of a repository, as `agents.update`, with what it was given: may throw, or wait. */
export type Hook = (method: string, items: readonly { readonly id: string }[]) => void | Promise<void>;

interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** The smallest storage that keeps the contract, with hooks to make it fail before or after it did the work. */
export class TinyStorage implements Storage {
  before: Hook = () => {};
  after: Hook = () => {};
  /** Method names in the order they were called. */
  readonly calls: string[] = [];
  readonly agentRows = new Map<string, Agent>();
  readonly swarmRows = new Map<string, Swarm>();
  readonly eventRows: Message[] = [];
  readonly agents: Repository<Agent, AgentFilter> = this.#repository('agents', this.agentRows);
  readonly swarms: Repository<Swarm, SwarmFilter> = this.#repository('swarms', this.swarmRows);
  readonly events: EventRepository = {
    append: async (events) => {
      await this.before('events.append', []);
      this.eventRows.push(...events);
    },
    read: async ({ key }, page) =>
      pageOf(
        this.eventRows.filter((event) => key === undefined || event.key === key),
        page,
      ),
    count: async () => this.eventRows.length,
    prune: async (keep) => this.eventRows.splice(0, Math.max(0, this.eventRows.length - keep)).length,
  };

  #repository<Item extends Versioned, Filter extends object>(
    name: string,
    rows: Map<string, Item>,
  ): Repository<Item, Filter> {
    const around = async <T>(method: string, items: readonly { id: string }[], act: () => T): Promise<T> => {
      this.calls.push(`${name}.${method}`);
      await this.before(`${name}.${method}`, items);
      const answer = act();
      await this.after(`${name}.${method}`, items);
      return answer;
    };
    const named = (ids: readonly string[]): { id: string }[] => ids.map((id) => ({ id }));
    const matching = (filter: Filter): Item[] =>
      [...rows.values()].filter((item) =>
        Object.entries(filter).every(
          ([key, value]) => value === undefined || item[key as keyof Item] === value,
        ),
      );
    return {
      insert: (items) =>
        around('insert', items, () => {
          for (const { id } of items) if (rows.has(id)) throw new TestbedError('DUPLICATE', id);
          for (const item of items) rows.set(item.id, item);
        }),
      get: (id) => around('get', named([id]), () => rows.get(id)),
      update: (items) =>
        around('update', items, () => {
          const conflicts: string[] = [];
          for (const item of items) {
            if (rows.get(item.id)?.version === item.version - 1) rows.set(item.id, item);
            else conflicts.push(item.id);
          }
          return conflicts;
        }),
      find: (filter, page) => around('find', [], () => pageOf(matching(filter), page)),
      count: (filter) => around('count', [], () => matching(filter).length),
      remove: (ids) => around('remove', named(ids), () => ids.filter((id) => rows.delete(id)).length),
    };
  }
}

/** By position among what is there at the first call of a listing: kept in the cursor, so that nothing moves. */
function pageOf<T>(items: readonly T[], { after, limit }: PageRequest): Page<T> {
  const rest = after === undefined ? items : (listings.get(after) as readonly T[]);
  if (after !== undefined) listings.delete(after);
  if (rest.length <= limit) return { items: rest };
  const next = `listing-${++listed}`;
  listings.set(next, rest.slice(limit));
  return { items: rest.slice(0, limit), next };
}

const listings = new Map<string, readonly unknown[]>();
let listed = 0;
