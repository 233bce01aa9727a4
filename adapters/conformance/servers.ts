import type { Adapter, Address, Place, Server, Traits } from '../adapter.ts';

/** The servers of one conformance run: one for each durability that the tests ask for, started when first needed. */
export class Servers {
  readonly #adapter: Adapter<unknown, Traits>;
  readonly #place: Omit<Place, 'durability'>;
  readonly #started = new Map<string, Promise<Server>>();

  constructor(adapter: Adapter<unknown, Traits>, place: Omit<Place, 'durability'>) {
    this.#adapter = adapter;
    this.#place = place;
  }

  /** Where to reach it; undefined for an adapter that needs no server. Rejects when it cannot be started. */
  async addressFor(durability: string): Promise<Address | undefined> {
    return (await this.#server(durability))?.address;
  }

  async crash(durability: string): Promise<void> {
    const server = await this.#server(durability);
    await server?.kill();
    await server?.start();
  }

  async stop(): Promise<void> {
    for (const starting of this.#started.values()) await (await starting).close();
  }

  async #server(durability: string): Promise<Server | undefined> {
    if (this.#adapter.serve === undefined) return undefined;
    let starting = this.#started.get(durability);
    if (starting === undefined) {
      starting = this.#adapter.serve({ ...this.#place, durability });
      this.#started.set(durability, starting);
      // A refusal is not remembered, nor stopped.
      starting.catch(() => this.#started.delete(durability));
    }
    return starting;
  }
}
