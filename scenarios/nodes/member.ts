import type { NodeTarget } from '../../chaos/target.ts';
import type { NodeLine } from '../node/line.ts';

/** One of several orchestrators on one stack, as those see it who use all of them. */
export interface Member {
  readonly name: string;
  readonly line: Pick<NodeLine, 'isReady' | 'call' | 'subscribe' | 'dropped'>;
  /** What of that which a system need not have its own has. */
  readonly able: readonly string[];
  readonly node: NodeTarget;
}
