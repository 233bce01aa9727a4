interface Waiting<T> {
  readonly items: readonly T[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends lists by one request after another, in the order in which they were given: between requests HTTP keeps none, and
 * two on two connections overtake each other. What is given while one is under way goes together with the next, `most` items
 * at a time; each caller learns what became of the request that its own went with.
 */
export function inOrder<T>(
  send: (items: readonly T[]) => Promise<unknown>,
  most: number,
): (items: readonly T[]) => Promise<void> {
  const waiting: Waiting<T>[] = [];
  let sending = false;

  async function drain(): Promise<void> {
    sending = true;
    while (waiting.length > 0) {
      const together = waiting.splice(0, howMany());
      try {
        await send(together.flatMap(({ items }) => items));
        for (const { resolve } of together) resolve();
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    sending = false;
  }

  /** As many lists as one request may carry, and the first in any case. */
  function howMany(): number {
    let [lists, items] = [1, waiting[0]?.items.length ?? 0];
    for (; lists < waiting.length; lists++) {
      items += waiting[lists]?.items.length ?? 0;
      if (items > most) break;
    }
    return lists;
  }

  return (items) =>
    new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject });
      if (!sending) void drain();
    });
}
