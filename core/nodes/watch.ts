import type { NodeLife, Token } from './life.ts';

/** Looks in a row at which a lease must not have been renewed for it to have run out. */
export const looksPerLease = 5;

interface Seen {
  readonly beat: number;
  /** Looks since that found the same beat. */
  readonly looks: number;
}

/**
 * Tells whose lease has run out, by looking at whether it is renewed. No clock is asked: a node whose clock is wrong neither
 * loses its lease by that nor takes one from others, and one that was itself held up has not looked meanwhile, so that it
 * does not take its own absence for theirs.
 */
export class Watch {
  #seen: ReadonlyMap<Token, Seen> = new Map();

  /** `standing`: all whose lease may run out, as they are now. Those whose lease has. */
  look(standing: readonly NodeLife[]): readonly NodeLife[] {
    const seen = new Map<Token, Seen>();
    for (const { token, beat } of standing) {
      const before = this.#seen.get(token);
      seen.set(token, { beat, looks: before?.beat === beat ? before.looks + 1 : 0 });
    }
    this.#seen = seen;
    return standing.filter(({ token }) => (seen.get(token)?.looks ?? 0) >= looksPerLease);
  }
}
