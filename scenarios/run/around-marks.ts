import { aroundCounts, type SoFar } from '../measure/around-counts.ts';
import type { Tally } from '../measure/tally.ts';
import { availabilityOf } from './abort.ts';
import { type ScheduleKept, scheduleKept } from './schedule-kept.ts';

interface Sends {
  readonly events: number;
  readonly messages: number;
}

/** What had been counted as the first fault was about to strike, and as the last one was seen healed. */
export class AroundMarks {
  readonly #tally: Tally;
  readonly #offered: () => Sends;
  #schedule: ScheduleKept | null = null;
  #begun: SoFar | null = null;
  #over: SoFar | null = null;

  /** `offered`: how many sends were due so far. */
  constructor(tally: Tally, offered: () => Sends) {
    this.#tally = tally;
    this.#offered = offered;
  }

  begun(): void {
    this.#schedule = this.#kept();
    this.#begun = this.#soFar();
  }

  over(): void {
    this.#over = this.#soFar();
  }

  /** How the schedule was kept up to the first fault; without one, up to now. */
  schedule(): ScheduleKept {
    return this.#schedule ?? this.#kept();
  }

  /** Numbers before, during and after the faults, up to now. */
  numbers(): ReturnType<typeof aroundCounts> {
    return aroundCounts(this.#begun, this.#over, this.#soFar());
  }

  #kept(): ScheduleKept {
    const { events, messages } = this.#offered();
    return scheduleKept(this.#tally, events + messages);
  }

  #soFar(): SoFar {
    return { ...availabilityOf(this.#tally), errors: this.#tally.counts.errors };
  }
}
