/** What a search or a sweep can vary, and the unit that its values are told in. */
export const variables = {
  events: '/s',
  messages: '/s',
  transitions: '/s',
  reads: '/s',
  agents: '',
  subscribers: '',
  swarms: '',
  writers: '',
  concurrency: '',
  connections: '',
} as const;
export type Variable = keyof typeof variables;

/** How the highest value is looked for that still holds. */
export interface SearchPlan {
  readonly vary: Variable;
  readonly from: number;
  readonly to: number;
  /** As a share: the answer is known when what broke lies no further above what held. */
  readonly within: number;
  /** As a share: how sure it is to be that the edge lies between these two. */
  readonly confidence: number;
  /** The most probes that are played. */
  readonly probes: number;
}

/**
 * What a value was seen to do: all that was asked for held; something broke; or it cannot be told, because the load
 * generator did not keep up or the cell did not come to its end.
 */
export type Outcome = 'held' | 'broke' | 'blind';

export interface Probe {
  readonly value: number;
  readonly outcome: Outcome;
  /** Of what was asked for, the share that was done in time; null where nobody knows. It points to where the edge is. */
  readonly achieved: number | null;
}

/** `10000/s`, `40`: as parameters of a cell and messages have it. */
export function valueText(vary: Variable, value: number): string {
  return `${value}${variables[vary]}`;
}

/** A value that can be played: four digits of a rate, a whole number of all else. */
export function playable(vary: Variable, value: number): number {
  if (variables[vary] === '') return Math.max(1, Math.round(value));
  return Number(value.toPrecision(4));
}
