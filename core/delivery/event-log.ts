import { TestbedError } from '../error.ts';
import type { AgentEvent } from '../event.ts';
import type { Page, PageRequest } from '../storage.ts';
import { BatchQueue } from './batch-queue.ts';

export interface EventLogPage extends Page<AgentEvent> {
  /** Events between `after` and the oldest one kept: they were evicted before they could be read. */
  readonly missed: number;
}

/**
 * The latest events, in the order in which the bus handed them over. It keeps the batches themselves, so that
 * noting and evicting cost one step a batch, whatever the rate.
 */
export class EventLog {
  readonly #limit: number | null;
  readonly #events = new BatchQueue<AgentEvent>();

  /** Keeps at most `limit` events (the memory of at most one batch more); null: all of them. */
  constructor(limit: number | null) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#events.size;
  }

  /** How many events the limit has pushed out. */
  get evicted(): number {
    return this.#events.first;
  }

  append(events: readonly AgentEvent[]): void {
    this.#events.push(events);
    if (this.#limit !== null) this.#events.trim(this.#limit);
  }

  /** Oldest first. A page's `next` stays good while events come and go: what was evicted is counted in `missed`. */
  read(page: PageRequest, where?: (event: AgentEvent) => boolean): EventLogPage {
    const from = page.after === undefined ? this.#events.first : position(page.after);
    const items: AgentEvent[] = [];
    let next: number | undefined;
    for (const [at, event] of this.#events.from(from)) {
      if (where !== undefined && !where(event)) continue;
      if (items.length === page.limit) {
        next = at;
        break;
      }
      items.push(event);
    }
    const missed = Math.max(0, this.#events.first - from);
    return next === undefined ? { items, missed } : { items, missed, next: String(next) };
  }
}

function position(cursor: string): number {
  const number = Number(cursor);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new TestbedError('INVALID_ARGUMENT', `not a place in the event log: ${cursor}`);
  return number;
}
