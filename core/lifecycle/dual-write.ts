import type { Agent } from '../agent.ts';
import type { AgentEvent } from '../event.ts';
import type { Announcer } from './announcer.ts';
import type { Outbox } from './outbox.ts';

/**
 * Storage and bus are two systems, and no transaction spans both: what is stored may stay unannounced.
 *
 * - `undo`: a spawn waits for the bus, and is undone when that does not take its `agent_start`. An event of which nobody
 *   knows whether the bus took it is not sent again: at most once.
 * - `sweep`: a spawn is done once it is stored. Its `agent_start` goes by way of the outbox, as all that is told of agents
 *   does, and the outbox sweeps until the bus has certainly taken everything: at least once.
 */
export const dualWrites = ['undo', 'sweep'] as const;
export type DualWrite = (typeof dualWrites)[number];

/** How the start of agents is told, the second half of a spawn. */
export interface Starts {
  /** Throws OVERLOADED, before anything is stored, when it could not be told for now. */
  ensureRoom(): void;
  /** Of agents that run, and are stored. Resolves once it is certain to be told. */
  tell(agents: readonly Agent[]): Promise<void>;
}

export function startsOf(
  dualWrite: DualWrite,
  announcer: Announcer,
  outbox: Outbox,
  publish: (events: readonly AgentEvent[]) => Promise<void>,
): Starts {
  const eventsOf = (agents: readonly Agent[]): AgentEvent[] =>
    agents.map((agent) => announcer.event('agent_start', agent, null));
  if (dualWrite === 'undo') return { ensureRoom: () => {}, tell: (agents) => publish(eventsOf(agents)) };
  return { ensureRoom: () => outbox.ensureRoom(), tell: async (agents) => outbox.add(eventsOf(agents)) };
}
