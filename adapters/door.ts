import { TestbedError } from '../core/error.ts';

/** Open until shut. What comes afterwards is refused with CLOSED; what is inside may finish. */
export class Door {
  readonly #name: string;
  #open = true;
  #inside = 0;
  #whenEmpty: (() => void)[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Resolves when the last call inside has been answered. */
  async shut(): Promise<void> {
    this.#open = false;
    if (this.#inside > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  /** Lets one call through. */
  async pass<T>(call: () => T): Promise<Awaited<T>> {
    if (!this.#open) throw this.closed();
    this.#inside++;
    try {
      return await call();
    } finally {
      this.#inside--;
      if (this.#inside === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
    }
  }

  closed(): TestbedError {
    return new TestbedError('CLOSED', `${this.#name} is closed`);
  }
}

type Methods = { readonly [name: string]: (...parameters: never[]) => unknown };

/** What `behind` makes of methods: the same, answering by promise. */
export type Promised<M extends Methods> = {
  readonly [Name in keyof M]: (...parameters: Parameters<M[Name]>) => Promise<Awaited<ReturnType<M[Name]>>>;
};

/**
 * The same methods behind a door: each rejects with CLOSED once it is shut, and what a method throws becomes a
 * rejection. "After close every method rejects" is written here and nowhere else.
 */
export function behind<M extends Methods>(door: Door, methods: M): Promised<M> {
  const guarded: { [name: string]: unknown } = {};
  for (const [name, method] of Object.entries(methods)) {
    guarded[name] = (...parameters: never[]) => door.pass(() => method(...parameters));
  }
  return guarded as Promised<M>;
}
