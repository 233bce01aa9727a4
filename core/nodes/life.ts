/** Fences what a life of a node writes: a higher one for each life, never given twice by one storage. */
export type Token = number;

/** One life of a node as the storage knows it: from when it enters until it is forgotten. */
export interface NodeLife {
  readonly token: Token;
  /** The name of the node, which its next life has too. */
  readonly node: string;
  /** Where it can be reached by others, or null. */
  readonly address: string | null;
  /** How often its lease has been renewed. */
  readonly beat: number;
  /** Agents that it owned when it last said so. */
  readonly load: number;
  /** Whether its lease holds. Once it does not it never will again, and nothing that it writes is stored. */
  readonly stands: boolean;
}

/** Who a life is, when it enters. */
export type Entrant = Pick<NodeLife, 'node' | 'address'>;

/**
 * The lives of nodes that share a storage. It keeps no time: whether a lease has run out is for those to judge who see that
 * it is not renewed, and what they judge is stored here, so that all writes know of it at once.
 */
export interface NodeRepository {
  /** A new life that stands. What it is given outlives a crash of the storage as long as anything does. */
  enter(entrant: Entrant): Promise<Token>;
  /** One beat more; false when it does not stand any more, or nobody knows it. */
  renew(token: Token, load: number): Promise<boolean>;
  /** All that are not forgotten, by token. */
  list(): Promise<readonly NodeLife[]>;
  /**
   * Ends the lease of a life that was seen at `beat`; false when it has been renewed since, or was ended before. Once this has
   * resolved to true everything that was written with its token is there to be read, and nothing more will come.
   */
  end(token: Token, beat: number): Promise<boolean>;
  /** Of one that does not stand, and has left nothing. One that stands is left alone. */
  forget(token: Token): Promise<void>;
}

/** Producers from here on are lives of nodes; lower ones are free for everybody else. */
const producersOfNodes = 2 ** 32;

/** The producer number of what a life itself publishes. */
export function producerOf(token: Token): number {
  return producersOfNodes + token;
}

/** The life that a producer is; null when it is none, and has been given its number by somebody. */
export function lifeOf(producer: number): Token | null {
  return producer > producersOfNodes ? producer - producersOfNodes : null;
}
