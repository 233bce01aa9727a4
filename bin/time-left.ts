/** How long a matrix will still take, from what its cells were to take and what they have taken. */
export class TimeLeft {
  readonly #estimates: readonly number[];
  /** Of the cells that have ended: what they were to take, and what they took. */
  #estimatedMs = 0;
  #tookMs = 0;
  #cell = 0;
  #startedMs = 0;
  #isOn = false;

  /** `estimates`: what each cell takes, in ms; 0 for one that is not played. */
  constructor(estimates: readonly number[]) {
    this.#estimates = estimates;
  }

  /** Ends the one before it, if that is still on; does nothing while it is on itself. */
  start(cell: number, nowMs: number): void {
    if (this.#isOn && cell === this.#cell) return;
    if (this.#isOn) this.end(nowMs);
    this.#isOn = true;
    this.#cell = cell;
    this.#startedMs = nowMs;
  }

  end(nowMs: number): void {
    this.#estimatedMs += this.#estimates[this.#cell] ?? 0;
    this.#tookMs += nowMs - this.#startedMs;
    this.#isOn = false;
  }

  /** In ms. A cell that takes longer than it was to is about to end. */
  at(nowMs: number): number {
    const pace = this.#estimatedMs > 0 ? this.#tookMs / this.#estimatedMs : 1;
    const [current = 0, ...later] = this.#estimates.slice(this.#cell);
    const rest = Math.max(0, current * pace - (nowMs - this.#startedMs));
    return rest + pace * later.reduce((sum, ms) => sum + ms, 0);
  }
}

/** `about 3 min left`, as exactly as such a guess deserves. */
export function aboutLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 10) return 'a few seconds left';
  if (seconds < 90) return `about ${Math.ceil(seconds / 5) * 5} s left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${minutes} min left`;
  return `about ${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}
