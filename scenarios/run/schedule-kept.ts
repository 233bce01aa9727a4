import type { Tally } from '../measure/tally.ts';

/** How much of what was due was made, and why not. */
export interface ScheduleKept {
  /** Sends that were not made, and those of them that found no agent; the others were beyond the in-flight bound. */
  readonly lateSends: number;
  readonly unmannedSends: number;
  readonly offered: number;
  /** Transitions that were due while no agent was idle, of all that were due. */
  readonly lateTransitions: number;
  readonly dueTransitions: number;
}

export function scheduleKept({ counts }: Tally, offered: number): ScheduleKept {
  return {
    lateSends: counts.eventsLate + counts.messagesLate + counts.repliesLate,
    unmannedSends: counts.sendsUnmanned,
    offered,
    lateTransitions: counts.transitionsLate,
    dueTransitions: counts.transitionsDue,
  };
}
