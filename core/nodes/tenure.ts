import type { NodeLife, Token } from './life.ts';

/** As whom a node acts: what its agents have as their owner, and the token with which it writes. */
export interface Tenure {
  readonly owner: string;
  /** Absent: it is alone on its storage, and has no lease. */
  readonly token?: Token;
}

/** A life, and not a node, owns agents: what one life has left cannot be mistaken for what the next one runs. */
export function tenureOf({ node, token }: Pick<NodeLife, 'node' | 'token'>): Required<Tenure> {
  return { owner: `${node}#${token}`, token };
}

/** The name of the node that an owner is a life of. */
export function nodeOf(owner: string): string {
  return owner.replace(/#\d+$/, '');
}

/** Whether an agent is another's to run. On a storage that nodes share by leases alone: elsewhere anybody may change any. */
export function isOthers(owner: string | null, self: Tenure): boolean {
  return self.token !== undefined && owner !== null && owner !== self.owner;
}
