/**
 * What a state transition excludes while it runs. `none`, the default, excludes nothing: compare-and-set decides.
 * `per-agent` and `global` are the seed's mutexes, kept to show what they cost.
 */
export type LockScope = 'none' | 'per-agent' | 'global';

export const lockScopes: readonly LockScope[] = ['none', 'per-agent', 'global'];

/** Mutexes that are not reentrant: nothing that holds one may ask for another. */
export class Locks {
  readonly scope: LockScope;
  /** The last in line for each lock that is held. */
  readonly #tails = new Map<string, Promise<void>>();

  constructor(scope: LockScope) {
    this.scope = scope;
  }

  /** Runs `action` when those before it on the same agent (or on any, when global) have ended. */
  async run<T>(agentId: string, action: () => Promise<T>): Promise<T> {
    if (this.scope === 'none') return action();
    const name = this.scope === 'global' ? '' : agentId;
    const before = this.#tails.get(name);
    const done = Promise.withResolvers<void>();
    this.#tails.set(name, done.promise);
    try {
      await before;
      return await action();
    } finally {
      done.resolve();
      if (this.#tails.get(name) === done.promise) this.#tails.delete(name);
    }
  }
}
