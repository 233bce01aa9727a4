/**
 * Between an emitter, which waits for nobody, and a handler that is given nothing while its promise is open: what comes
 * meanwhile is one batch afterwards. A handler that answers at once runs inside `put`.
 */
export class Inbox<Item> {
  readonly #handler: (items: readonly Item[]) => void | Promise<void>;
  #waiting: Item[] = [];
  #running: Promise<void> | undefined;

  constructor(handler: (items: readonly Item[]) => void | Promise<void>) {
    this.#handler = handler;
  }

  put(item: Item): void {
    if (this.#running !== undefined) {
      this.#waiting.push(item);
      return;
    }
    const answer = this.#handler([item]);
    if (answer !== undefined) this.#running = this.#follow(answer);
  }

  /** Resolves when no handler call is running; what still waits is not handed over. */
  async close(off: () => void): Promise<void> {
    off();
    this.#waiting = [];
    await this.#running;
  }

  async #follow(first: Promise<void>): Promise<void> {
    await first;
    while (this.#waiting.length > 0) {
      const items = this.#waiting;
      this.#waiting = [];
      await this.#handler(items);
    }
    this.#running = undefined;
  }
}
