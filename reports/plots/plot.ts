import type { Scale } from './scale.ts';

/** A picture before it is drawn: what is shown, not how. */
export interface Plot {
  /** What it shows, for those who cannot see it as well. */
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly marks: readonly Mark[];
  /** Spans of x that are shaded, such as the windows of faults. */
  readonly bands?: readonly Band[];
  /** Places on x that something is said of. */
  readonly moments?: readonly Moment[];
  /** Heights that something is judged by. */
  readonly limits?: readonly Limit[];
}

export interface Axis {
  readonly label: string;
  readonly scale: Scale;
}

/** `line` joins its points, except over a null; `dots` does not; `intervals` adds how far each reaches up and down. */
export interface Mark {
  readonly kind: 'line' | 'dots' | 'intervals';
  readonly name: string;
  readonly points: readonly (Point | null)[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

export interface Band {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface Moment {
  readonly at: number;
  readonly text: string;
}

export interface Limit {
  readonly at: number;
  readonly text: string;
}
