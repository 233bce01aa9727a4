import type { Subscription } from '../bus.ts';

/** Which subscriptions live only as long as some agent or swarm does. */
export class Scopes {
  readonly #bound = new Map<string, Set<Subscription>>();

  /** Ties a subscription to the id of an agent or swarm. */
  tie(scope: string, subscription: Subscription): void {
    const bound = this.#bound.get(scope);
    if (bound === undefined) this.#bound.set(scope, new Set([subscription]));
    else bound.add(subscription);
  }

  untie(scope: string, subscription: Subscription): void {
    const bound = this.#bound.get(scope);
    bound?.delete(subscription);
    if (bound?.size === 0) this.#bound.delete(scope);
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
