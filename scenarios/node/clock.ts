import type { ClockTarget } from '../../chaos/target.ts';
import type { Clock } from '../../core/clock.ts';
import type { NodeLine } from './line.ts';

/** The clock of the orchestrator in a node, as others see it who ask what time it is. */
export class NodeClock implements ClockTarget {
  readonly #line: NodeLine;
  readonly #right: Clock;

  constructor(line: NodeLine, right: Clock) {
    this.#line = line;
    this.#right = right;
  }

  /** The clock of a node that does not live is not wrong, and the next one's will be right. */
  async adjust(aheadMs: number, rate = 1): Promise<void> {
    await this.#line.call('clock.adjust', aheadMs, rate).catch(() => undefined);
  }

  /** It was read at some moment between the question and the answer: by so much at least it is wrong. */
  async wrongByMs(): Promise<number> {
    const askedMs = this.#right.now();
    const toldMs = (await this.#line.call('clock.now')) as number;
    return Math.max(0, askedMs - toldMs, toldMs - this.#right.now());
  }
}
