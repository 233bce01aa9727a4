import type { Agent } from '../agent.ts';
import type { AgentEvent, EventType } from '../event.ts';
import type { Json } from '../message.ts';
import type { Stamp } from '../stamp.ts';
import type { Outbox } from './outbox.ts';

/** Tells of what happened to agents. The orchestrator is a producer of its own, with its own sequence. */
export class Announcer {
  readonly #stamp: Stamp;
  readonly #outbox: Outbox;

  constructor(stamp: Stamp, outbox: Outbox) {
    this.#stamp = stamp;
    this.#outbox = outbox;
  }

  event(type: EventType, { id, swarmId }: Agent, data: Json): AgentEvent {
    return this.#stamp.put(id, type, swarmId, data);
  }

  /** `agent_complete` for one that completed or was killed, `error` for one that failed, for now or for good. */
  ended(agents: readonly Agent[]): void {
    this.#outbox.add(
      agents.map((agent) =>
        agent.status === 'failed' || agent.status === 'retrying'
          ? this.event('error', agent, { status: agent.status, attempt: agent.attempt, error: agent.error })
          : this.event('agent_complete', agent, { status: agent.status, attempt: agent.attempt }),
      ),
    );
  }

  /** A retry begins: a new turn of the same agent. */
  restarted(agents: readonly Agent[]): void {
    this.#outbox.add(agents.map((agent) => this.event('turn_start', agent, { attempt: agent.attempt })));
  }
}
