import type { Bus, Handler } from '../core/bus.ts';
import type { Repository, Storage } from '../core/storage.ts';

/** One call through a port, as a fault sees it. */
export interface Call {
  readonly port: 'bus' | 'storage';
  /** `publish`, `subscribe`, `deliver`; or `agents.update`, `events.append`, ... */
  readonly method: string;
}

/** What a call was asked with. */
export type Asked = readonly unknown[];

/** Stands between a caller and a port: may wait, refuse, drop, repeat, change what was asked, or lose the reply. */
export type Effect = <T>(
  call: Call,
  /** Makes the call; with what it was asked, unless told otherwise. */
  proceed: (asked?: Asked) => Promise<T>,
  asked: Asked,
) => Promise<T>;

/**
 * The seam at which call-level faults act. Every run goes through one; with `effect` null, as in a run without
 * faults, a call costs one comparison more than the bare port. Faults set and clear `effect` while the run goes on.
 */
export interface Gate {
  effect: Effect | null;
}

export function createGate(): Gate {
  return { effect: null };
}

/** The same bus, seen through the gate. */
export function gateBus(bus: Bus, gate: Gate): Bus {
  const publish: Call = { port: 'bus', method: 'publish' };
  const subscribe: Call = { port: 'bus', method: 'subscribe' };
  const deliver: Call = { port: 'bus', method: 'deliver' };
  return {
    publish: (channel, messages) =>
      gate.effect === null
        ? bus.publish(channel, messages)
        : gate.effect(
            publish,
            (changed) => bus.publish(...((changed as Parameters<Bus['publish']>) ?? [channel, messages])),
            [channel, messages],
          ),
    subscribe(channel, options, handler) {
      const gated: Handler = (messages, offset) =>
        gate.effect === null
          ? handler(messages, offset)
          : gate.effect(
              deliver,
              async (changed) => handler(...((changed as Parameters<Handler>) ?? [messages, offset])),
              [messages, offset],
            );
      return gate.effect === null
        ? bus.subscribe(channel, options, gated)
        : gate.effect(subscribe, () => bus.subscribe(channel, options, gated), [channel, options]);
    },
  };
}
/** The same storage, seen through the gate. */
export function gateStorage(storage: Storage, gate: Gate): Storage {
  return {
    agents: gateRepository('agents', storage.agents, gate),
    swarms: gateRepository('swarms', storage.swarms, gate),
    events: gateMethods('events', storage.events, ['append', 'read', 'count', 'prune'], gate),
    ...(storage.changes && { changes: gateMethods('changes', storage.changes, ['since'], gate) }),
    ...(storage.nodes && {
      nodes: gateMethods('nodes', storage.nodes, ['enter', 'renew', 'list', 'end', 'forget'], gate),
    }),
  };
}

function gateRepository<Item extends { readonly id: string; readonly version: number }, Filter>(
  name: string,
  repository: Repository<Item, Filter>,
  gate: Gate,
): Repository<Item, Filter> {
  return gateMethods(name, repository, ['insert', 'get', 'update', 'find', 'count', 'remove'], gate);
}

/** A copy of `target` whose named methods ask the gate first. */
function gateMethods<T extends object>(
  name: string,
  target: T,
  methods: readonly (keyof T & string)[],
  gate: Gate,
): T {
  const gated: Partial<T> = {};
  for (const method of methods) {
    const call: Call = { port: 'storage', method: `${name}.${method}` };
    const original = (target[method] as (...parameters: unknown[]) => Promise<unknown>).bind(target);
    gated[method] = ((...parameters: unknown[]) =>
      gate.effect === null
        ? original(...parameters)
        : gate.effect(call, (changed = parameters) => original(...changed), parameters)) as T[typeof method];
  }
  return gated as T;
}
