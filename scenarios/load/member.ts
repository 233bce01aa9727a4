import type { Fate } from './plan.ts';

/** What an agent's messages are addressed to. */
export function commandsTopic(agentId: string): string {
  return `agent.${agentId}.commands`;
}

/** One agent of the load, as the load believes it to be. */
export interface Member {
  readonly id: string;
  /** Its topic, made once: of what is sent much is kept for a while, and each would keep a text of its own. */
  readonly commands: string;
  readonly slot: number;
  /** Empty when it belongs to none. */
  readonly swarmId: string;
  /** Counts spawns in the order in which they were asked for; agents that are spawned together share one. */
  readonly attempt: number;
  /** How its life is to end; null: when it is replaced, or with the run. */
  readonly fate: Fate | null;
  state: 'spawning' | 'running' | 'paused' | 'ended';
  /** Operations asked for and not finished. */
  waiting: number;
  /** The last of them: the next one starts after it. */
  queue: Promise<void>;
}

export function createMember(member: Pick<Member, 'id' | 'slot' | 'swarmId' | 'attempt' | 'fate'>): Member {
  return {
    ...member,
    commands: commandsTopic(member.id),
    state: 'spawning',
    waiting: 0,
    queue: Promise.resolve(),
  };
}
