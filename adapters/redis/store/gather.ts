interface Waiting<In, Out> {
  readonly input: In;
  readonly characters: number;
  readonly resolve: (output: Out) => void;
  readonly reject: (error: unknown) => void;
}

export interface GatherBounds {
  /** Inputs in one call. */
  readonly inputs: number;
  /** Characters in one call, unless a single input has more. */
  readonly characters: number;
}

/** What is asked for in one turn of the event loop goes together in one call, in the order asked. */
export class Gather<In, Out> {
  readonly #bounds: GatherBounds;
  readonly #call: (inputs: readonly In[]) => Promise<readonly Out[]>;
  #waiting: Waiting<In, Out>[] = [];

  /** `call` answers for each input, in order. */
  constructor(bounds: GatherBounds, call: (inputs: readonly In[]) => Promise<readonly Out[]>) {
    this.#bounds = bounds;
    this.#call = call;
  }

  add(input: In, characters: number): Promise<Out> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#send());
      this.#waiting.push({ input, characters, resolve, reject });
    });
  }

  #send(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (let from = 0, to = 0; from < all.length; from = to) {
      let characters = 0;
      while (to < all.length && to - from < this.#bounds.inputs) {
        characters += (all[to] as Waiting<In, Out>).characters;
        if (to > from && characters > this.#bounds.characters) break;
        to++;
      }
      void this.#answer(all.slice(from, to));
    }
  }

  async #answer(some: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const outputs = await this.#call(some.map(({ input }) => input));
      some.forEach(({ resolve }, index) => {
        resolve(outputs[index] as Out);
      });
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }
}
