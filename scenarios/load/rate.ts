/** A stretch of the schedule whose rate goes linearly from one value to another, in operations per second. */
export interface RatePiece {
  readonly forMs: number;
  readonly fromPerS: number;
  readonly toPerS: number;
}

interface Piece {
  readonly startMs: number;
  readonly endMs: number;
  /** Operations due before this piece. */
  readonly before: number;
  /** Operations due up to its end. */
  readonly until: number;
  /** Per millisecond at its start, and how that changes per millisecond. */
  readonly rate: number;
  readonly slope: number;
}

/**
 * The planned rate over time, as pure arithmetic: how many operations are due by a time, and when the n-th is due.
 * No timers: everything that waits is elsewhere.
 */
export class RateProfile {
  readonly #pieces: readonly Piece[];
  readonly totalMs: number;
  /** Operations due over the whole profile; not a whole number in general. */
  readonly total: number;
  #at = 0;

  constructor(pieces: readonly RatePiece[]) {
    let startMs = 0;
    let before = 0;
    this.#pieces = pieces.map(({ forMs, fromPerS, toPerS }) => {
      const rate = fromPerS / 1000;
      const piece = {
        startMs,
        endMs: startMs + forMs,
        before,
        until: before + ((fromPerS + toPerS) / 2000) * forMs,
        rate,
        slope: forMs > 0 ? (toPerS / 1000 - rate) / forMs : 0,
      };
      startMs = piece.endMs;
      before = piece.until;
      return piece;
    });
    this.totalMs = startMs;
    this.total = before;
  }

  /** How many are due in the first `ms`. */
  dueBy(ms: number): number {
    const piece = this.#pieces.find(({ endMs }) => ms < endMs);
    if (piece === undefined) return this.total;
    const inside = Math.max(0, ms - piece.startMs);
    return piece.before + piece.rate * inside + (piece.slope * inside * inside) / 2;
  }

  /**
   * When the cumulative count reaches `count`, in ms from the start; Infinity when it never does.
   * Calls with rising counts are cheap.
   */
  dueAt(count: number): number {
    if (this.#at > 0 && count < (this.#pieces[this.#at] as Piece).before) this.#at = 0;
    for (; this.#at < this.#pieces.length; this.#at++) {
      const piece = this.#pieces[this.#at] as Piece;
      if (count < piece.until) return piece.startMs + inverse(piece, count - piece.before);
      if (this.#at === this.#pieces.length - 1) break;
    }
    return Number.POSITIVE_INFINITY;
  }
}

/** The time x into a piece at which rate * x + slope * x^2 / 2 = count. */
function inverse({ rate, slope }: Piece, count: number): number {
  // Nothing is due before the start; a ramp that begins at rate 0 would make this 0 / 0.
  if (count <= 0) return 0;
  if (slope === 0) return count / rate;
  return (2 * count) / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * count)));
}
