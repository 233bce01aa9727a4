import type { AgentEvent, EventType } from '../event.ts';
import type { Addressed } from './channel.ts';
import type { Subscriber } from './subscriber.ts';

/** All named conditions must hold. None named: every event. */
export interface EventFilter {
  readonly types?: readonly EventType[];
  readonly agentId?: string;
  readonly swarmId?: string;
  /** Anything else. An event for which it throws does not match, and the error is reported. */
  readonly where?: (event: AgentEvent) => boolean;
}

type Matches = (event: AgentEvent) => boolean;

/** The subscribers of one distinct filter: it is evaluated once for all of them. */
interface Group<Listener> {
  readonly filter: EventFilter;
  /** The types in one spelling, to find equal filters by. */
  readonly types: string;
  /** What is left to ask of an event that was looked up by agent or swarm. Null: nothing. */
  readonly matches: Matches | null;
  subscribers: readonly Listener[];
  matched: AgentEvent[];
}

type Visit<Listener> = (subscriber: Listener, part: readonly AgentEvent[]) => void;

/**
 * Which subscribers get which events. Those without a filter get the batch itself; filters on an agent or a swarm
 * are found by a look-up per event, however many there are; any other distinct filter costs one pass.
 */
export class EventRoutes<Listener extends Addressed<EventFilter> = Subscriber<AgentEvent, EventFilter>> {
  #everything: readonly Listener[] = [];
  #scanned: readonly Group<Listener>[] = [];
  readonly #byAgent = new Map<string, Group<Listener>[]>();
  readonly #bySwarm = new Map<string, Group<Listener>[]>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  add(subscriber: Listener): void {
    const filter = subscriber.address;
    if (isEmpty(filter)) this.#everything = [...this.#everything, subscriber];
    else {
      const group = this.#find(filter) ?? this.#create(filter);
      group.subscribers = [...group.subscribers, subscriber];
    }
  }

  remove(subscriber: Listener): void {
    const filter = subscriber.address;
    if (isEmpty(filter)) this.#everything = without(this.#everything, subscriber);
    const group = this.#find(filter);
    if (group === undefined) return;
    group.subscribers = without(group.subscribers, subscriber);
    if (group.subscribers.length === 0) this.#store(filter, without(this.#groupsFor(filter), group));
  }

  each(events: readonly AgentEvent[], visit: Visit<Listener>): void {
    for (const subscriber of this.#everything) visit(subscriber, events);
    for (const group of this.#scanned) {
      const part = select(events, group.matches as Matches);
      if (part.length > 0) for (const subscriber of group.subscribers) visit(subscriber, part);
    }
    if (this.#byAgent.size > 0 || this.#bySwarm.size > 0) this.#lookUp(events, visit);
  }

  #lookUp(events: readonly AgentEvent[], visit: Visit<Listener>): void {
    const touched: Group<Listener>[] = [];
    for (const event of events) {
      collect(this.#byAgent.get(event.key), event, touched);
      if (event.swarmId !== '') collect(this.#bySwarm.get(event.swarmId), event, touched);
    }
    for (const group of touched) {
      const { matched } = group;
      group.matched = [];
      for (const subscriber of group.subscribers) visit(subscriber, matched);
    }
  }

  #find(filter: EventFilter): Group<Listener> | undefined {
    const types = spell(filter.types);
    return this.#groupsFor(filter).find((group) => group.types === types && isSame(group.filter, filter));
  }

  #create(filter: EventFilter): Group<Listener> {
    const matches = compile(filter, this.#report);
    const group: Group<Listener> = {
      filter,
      types: spell(filter.types),
      matches,
      subscribers: [],
      matched: [],
    };
    this.#store(filter, [...this.#groupsFor(filter), group]);
    return group;
  }

  #groupsFor({ agentId, swarmId }: EventFilter): readonly Group<Listener>[] {
    if (agentId !== undefined) return this.#byAgent.get(agentId) ?? [];
    if (swarmId !== undefined) return this.#bySwarm.get(swarmId) ?? [];
    return this.#scanned;
  }

  #store({ agentId, swarmId }: EventFilter, groups: Group<Listener>[]): void {
    if (agentId === undefined && swarmId === undefined) {
      this.#scanned = groups;
      return;
    }
    const index = agentId === undefined ? this.#bySwarm : this.#byAgent;
    const key = (agentId ?? swarmId) as string;
    if (groups.length === 0) index.delete(key);
    else index.set(key, groups);
  }
}

function isEmpty({ types, agentId, swarmId, where }: EventFilter): boolean {
  return types === undefined && agentId === undefined && swarmId === undefined && where === undefined;
}

function spell(types: readonly EventType[] | undefined): string {
  return types === undefined ? '*' : [...new Set(types)].sort().join();
}

function isSame(a: EventFilter, b: EventFilter): boolean {
  return a.agentId === b.agentId && a.swarmId === b.swarmId && a.where === b.where;
}

/** The conditions that a look-up by agent or swarm leaves open. */
function compile(
  { types, agentId, swarmId, where }: EventFilter,
  report: (error: unknown) => void,
): Matches | null {
  const wanted = types === undefined ? null : new Set<string>(types);
  const swarm = agentId === undefined ? undefined : swarmId;
  const asked = where === undefined ? null : guard(where, report);
  if (wanted === null && swarm === undefined) return asked;
  return (event) =>
    (wanted === null || wanted.has(event.type)) &&
    (swarm === undefined || event.swarmId === swarm) &&
    (asked === null || asked(event));
}

/** Somebody's predicate must not cost the other subscribers their events. */
function guard(where: Matches, report: (error: unknown) => void): Matches {
  return (event) => {
    try {
      return where(event);
    } catch (error) {
      report(error);
      return false;
    }
  };
}

/** The batch itself when all of it matches. */
function select(events: readonly AgentEvent[], matches: Matches): readonly AgentEvent[] {
  const part = events.filter(matches);
  return part.length === events.length ? events : part;
}

function collect<Listener>(
  groups: readonly Group<Listener>[] | undefined,
  event: AgentEvent,
  touched: Group<Listener>[],
): void {
  if (groups === undefined) return;
  for (const group of groups) {
    if (group.matches !== null && !group.matches(event)) continue;
    if (group.matched.push(event) === 1) touched.push(group);
  }
}

function without<T>(items: readonly T[], item: T): T[] {
  return items.filter((other) => other !== item);
}
