import type { Message } from '../../core/message.ts';

/** Hands batches to a handler one after another, and says when it is held up. */
export class Inbox {
  readonly #handler: (messages: readonly Message[]) => void | Promise<void>;
  readonly #hold: (busy: boolean) => void;
  readonly #waiting: (readonly Message[])[] = [];
  #isBusy = false;

  constructor(
    handler: (messages: readonly Message[]) => void | Promise<void>,
    /** Told when the handler begins to take its time, and when it is done with all there is. */
    hold: (busy: boolean) => void,
  ) {
    this.#handler = handler;
    this.#hold = hold;
  }

  put(messages: readonly Message[]): void {
    if (this.#isBusy) {
      this.#waiting.push(messages);
      return;
    }
    const handled = this.#handler(messages);
    if (handled === undefined) return;
    this.#isBusy = true;
    this.#hold(true);
    void this.#goOn(handled);
  }

  async #goOn(handled: Promise<void>): Promise<void> {
    await handled;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      await this.#handler(next);
    this.#isBusy = false;
    this.#hold(false);
  }
}
