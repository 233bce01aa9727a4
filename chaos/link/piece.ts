/** A run of bytes on its way through one direction of a connection, or (null) the end of that direction. */
export interface Piece {
  readonly data: Buffer | null;
  /** When it came in. */
  readonly cameMs: number;
  /** When it goes out: not before, and never before the piece in front of it. */
  readonly dueMs: number;
}

/**
 * Says when a piece goes out, and in how many parts. Called in order, once a piece; the parts are in order and their
 * due times never fall. Pure but for what it remembers of the pieces before: no timer, no socket.
 */
export type Shaper = (piece: Piece) => readonly Piece[];

/** What is still waiting when the toxics of a direction change is shaped anew, by shapers made at that moment. */
export type ShaperMaker = (nowMs: number) => Shaper;

/** The pieces, through one shaper after another. */
export function shapeAll(shapers: readonly Shaper[], pieces: readonly Piece[]): readonly Piece[] {
  return shapers.reduce((through, shaper) => through.flatMap(shaper), pieces);
}
