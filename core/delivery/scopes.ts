import type { Subscription } from '../bus.ts';

/** Which subscriptions live only as long as some agent or swarm does. */
export class Scopes {
  readonly #bound = new Map<string, Set<Subscription>>();

  /** Ties a subscription to the id of an agent or swarm; the returned function unties it. */
  bind(scope: string, subscription: Subscription): () => void {
    let bound = this.#bound.get(scope);
    if (bound === undefined) {
      bound = new Set();
      this.#bound.set(scope, bound);
    }
    const members = bound;
    members.add(subscription);
    return () => {
      members.delete(subscription);
      if (members.size === 0 && this.#bound.get(scope) === members) this.#bound.delete(scope);
    };
  }

  /** Closes what is tied to `scope`. */
  async close(scope: string): Promise<void> {
    const bound = this.#bound.get(scope);
    if (bound !== undefined) await Promise.all([...bound].map((subscription) => subscription.close()));
  }

  get size(): number {
    return this.#bound.size;
  }
}
