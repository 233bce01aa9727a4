import type { AgentEvent } from '../../core/event.ts';
import { lifeOf } from '../../core/nodes/life.ts';
import type { ControlEntry, ControlLog } from './control-log.ts';

/**
 * Spawns as they are acknowledged, and the starts that agents announce as one subscriber sees them, which was there
 * before all of them. Both go into the control log; kept in memory is only who has one of them and not the other.
 */
export class Announcements {
  readonly #log: ControlLog;
  readonly #unannounced = new Set<string>();
  readonly #unacknowledged = new Set<string>();
  acknowledged = 0;
  /** How many starts were seen, each delivery of one counted. */
  seen = 0;

  constructor(log: ControlLog) {
    this.#log = log;
  }

  /** How many agents were acknowledged as spawned, and their start was not seen so far. */
  get missing(): number {
    return this.#unannounced.size;
  }

  /** How many agents whose start was seen were not acknowledged here: they are somebody else's, or will be. */
  get unasked(): number {
    return this.#unacknowledged.size;
  }

  acknowledge(id: string): void {
    this.acknowledged++;
    this.#log.noteSpawn(id);
    if (!this.#unacknowledged.delete(id)) this.#unannounced.add(id);
  }

  see({ type, key, producer, sequence }: AgentEvent): void {
    if (type !== 'agent_start') return;
    this.seen++;
    this.#log.noteStart(key, sequence, lifeOf(producer));
    if (!this.#unannounced.delete(key)) this.#unacknowledged.add(key);
  }
}

/** Whose spawn was acknowledged, and the distinct starts that were seen of each agent, by their sequence numbers. */
export function announcementsIn(control: readonly ControlEntry[]): {
  readonly spawned: ReadonlySet<string>;
  readonly starts: ReadonlyMap<string, ReadonlySet<number>>;
} {
  const spawned = new Set<string>();
  const starts = new Map<string, Set<number>>();
  for (const { operation, id, sequence, life = 0 } of control) {
    if (operation === 'acknowledged') spawned.add(id);
    if (operation !== 'announced' || sequence === undefined) continue;
    const start = life * 2 ** 32 + sequence;
    const seen = starts.get(id);
    if (seen === undefined) starts.set(id, new Set([start]));
    else seen.add(start);
  }
  return { spawned, starts };
}
