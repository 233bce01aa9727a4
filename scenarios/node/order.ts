import type { Address, Place } from '../../adapters/adapter.ts';
import type { Ground, Opening } from '../run/ground.ts';
import type { Cell } from '../scenario.ts';

/** What a node is to be: one life of the orchestrator of a cell, on a stack whose servers run. */
export interface NodeOrder {
  readonly cell: Cell;
  readonly bus: Placed;
  readonly storage: Placed;
  /** Null: no layer needs one. */
  readonly hot: Placed | null;
  /** The first is 1. */
  readonly life: number;
  /** When the cell began, in Clock milliseconds. */
  readonly startedAtMs: number;
  /** What it is called among several on the stack. Absent: it is the first, or the only one. */
  readonly name?: string;
  /** Where it writes down what it does to stored agents. */
  readonly changesPath: string;
}

/** A part of the stack as it can be told to another process, which has its own adapters and its own clock. */
export interface Placed {
  readonly place: Omit<Place, 'clock'>;
  readonly address: Address | undefined;
  readonly isGuest: boolean;
}

/** The parts of a stack, to be opened in another process. */
export function placedParts({
  bus,
  storage,
  hot,
}: Pick<Ground, 'bus' | 'storage' | 'hot'>): Pick<NodeOrder, 'bus' | 'storage' | 'hot'> {
  return { bus: placed(bus), storage: placed(storage), hot: hot && placed(hot) };
}

function placed({ place: { clock: _, ...place }, address, isGuest }: Opening<unknown>): Placed {
  return { place, address, isGuest };
}
