import type { Bus } from '../bus.ts';
import type { Clock } from '../clock.ts';
import type { NodeRepository } from '../nodes/life.ts';
import type { Repository, Storage } from '../storage.ts';
import { Breaker, type BreakerRules } from './breaker.ts';
import { withinDeadline } from './deadline.ts';

/** What stands between the orchestrator and its ports. */
export interface GuardRules {
  /** How long one call may take, in ms; null: as long as it takes. */
  readonly deadlineMs: number | null;
  readonly breaker: BreakerRules;
}

type Guard = <T>(call: () => Promise<T>) => Promise<T>;

/** Null: nothing stands there, and the port is used as it is. */
function guardOf({ deadlineMs, breaker: rules }: GuardRules, clock: Clock): Guard | null {
  if (deadlineMs === null && rules.failures === 0) return null;
  const timed: Guard = (call) => (deadlineMs === null ? call() : withinDeadline(call, deadlineMs, clock));
  if (rules.failures === 0) return timed;
  const breaker = new Breaker(rules, clock);
  return (call) => breaker.run(() => timed(call));
}

/** Publishes are guarded. A subscription is not: one that is given up on may be made later, and nobody would close it. */
export function guardBus(bus: Bus, rules: GuardRules, clock: Clock): Bus {
  const guard = guardOf(rules, clock);
  if (guard === null) return bus;
  return {
    publish: (channel, messages) => guard(() => bus.publish(channel, messages)),
    subscribe: (channel, options, handler) => bus.subscribe(channel, options, handler),
  };
}

/** Every call is guarded; all repositories are in one store, and share one circuit. */
export function guardStorage(storage: Storage, rules: GuardRules, clock: Clock): Storage {
  const guard = guardOf(rules, clock);
  if (guard === null) return storage;
  const { agents, swarms, events, changes, nodes } = storage;
  return {
    agents: guardRepository(agents, guard),
    swarms: guardRepository(swarms, guard),
    events: {
      append: (some) => guard(() => events.append(some)),
      read: (filter, page) => guard(() => events.read(filter, page)),
      count: () => guard(() => events.count()),
      prune: (keep) => guard(() => events.prune(keep)),
    },
    ...(changes && { changes: { since: (page) => guard(() => changes.since(page)) } }),
    ...(nodes && { nodes: guardNodes(nodes, guard) }),
  };
}

function guardRepository<Item extends { readonly id: string; readonly version: number }, Filter>(
  repository: Repository<Item, Filter>,
  guard: Guard,
): Repository<Item, Filter> {
  return {
    insert: (items, token) => guard(() => repository.insert(items, token)),
    get: (id) => guard(() => repository.get(id)),
    update: (items, token) => guard(() => repository.update(items, token)),
    find: (filter, page) => guard(() => repository.find(filter, page)),
    count: (filter) => guard(() => repository.count(filter)),
    remove: (ids) => guard(() => repository.remove(ids)),
  };
}

function guardNodes(nodes: NodeRepository, guard: Guard): NodeRepository {
  return {
    enter: (entrant) => guard(() => nodes.enter(entrant)),
    renew: (token, load) => guard(() => nodes.renew(token, load)),
    list: () => guard(() => nodes.list()),
    end: (token, beat) => guard(() => nodes.end(token, beat)),
    forget: (token) => guard(() => nodes.forget(token)),
  };
}
