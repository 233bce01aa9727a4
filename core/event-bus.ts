/** How events reach subscribers. The defaults are the sound choice; the others show what the seed's design costs. */
export interface AgentEventBusOptions {
  /** `async`: a bounded queue per subscriber. `sync`: the emitter waits until every local subscriber has handled it. */
  readonly delivery: 'sync' | 'async';
  /** Events a subscriber may have waiting. */
  readonly queueLimit: number;
  /** What happens at the limit: the bus is held back, or the oldest or newest event is dropped and counted. */
  readonly whenFull: 'block' | 'drop-oldest' | 'drop-newest';
  /** Events kept in the paged log; null: unbounded, as the seed had it. */
  readonly logLimit: number | null;
}
