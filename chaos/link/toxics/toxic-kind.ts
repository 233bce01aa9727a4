import type { Random } from '../../../core/random.ts';
import type { Direction, Directions } from '../direction.ts';
import type { ShaperMaker } from '../piece.ts';

/** Bounds of one attribute of a toxic; all are numbers. A default of null must be given. */
export interface AttributeRule {
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly default: number | null;
}

/** One way in which a link can be bad. Names, attributes and units are Toxiproxy's where it has them. */
export interface ToxicKind<Attribute extends string = string> {
  readonly name: string;
  readonly what: string;
  readonly attributes: { readonly [name in Attribute]: AttributeRule };
  /** A connection that is made while it is in force does not get through to the server. */
  readonly severs?: boolean;
  /** It is the listener that goes, not single connections. */
  readonly takesDown?: boolean;
  /** Takes force on one connection; what it returns takes it back. */
  apply(connection: Affected, dose: Dose<Attribute>): () => void;
}

/** What a toxic is given for one connection. */
export interface Dose<Attribute extends string = string> {
  readonly directions: Directions;
  /** All that its kind names. */
  readonly attributes: { readonly [name in Attribute]: number };
  /** A stream for this toxic on this connection alone. */
  readonly random: Random;
}

/** One direction of a connection, as a toxic sees it. */
export interface AffectedLane {
  readonly direction: Direction;
  /** Each of these returns what takes it back. */
  shape(maker: ShaperMaker): () => void;
  /**
   * Nothing goes out any more, neither what is waiting nor what comes. `atEnd` is told when the sender ends its side.
   * What takes it back says whether anything was lost.
   */
  swallow(atEnd?: () => void): () => boolean;
  /** After so many bytes more, nothing goes out, and `reached` is told. */
  limit(bytes: number, reached: () => void): () => void;
}

/** A connection through a link, as a toxic sees it. */
export interface Affected {
  lanes(directions: Directions): readonly AffectedLane[];
  /** The client has nobody on the other side. */
  readonly isSevered: boolean;
  loseServer(): void;
  /** Both ends are told that it is over. */
  close(): void;
  /** Both ends get a RST. */
  reset(): void;
  /** Unless the connection is gone by then. The returned function cancels. */
  after(ms: number, action: () => void): () => void;
}

/** The `apply` of a toxic that only says when things go out. */
export function shaping<Attribute extends string>(
  makerOf: (dose: Dose<Attribute>) => ShaperMaker,
): ToxicKind<Attribute>['apply'] {
  return (connection, dose) => {
    const lifts = connection
      .lanes(dose.directions)
      .map((lane) => lane.shape(makerOf({ ...dose, random: dose.random.fork(lane.direction) })));
    return () => {
      for (const lift of lifts) lift();
    };
  };
}
