import type { Entrant, NodeLife, Token } from '../../core/nodes/life.ts';
import { fenced } from '../requests.ts';

/** The lives of nodes inside one process: the contract of core/nodes/life.ts, answering at once. */
export function createNodes() {
  const lives = new Map<Token, NodeLife>();
  let last: Token = 0;

  return {
    /** Throws FENCED when that life does not stand. */
    ensureStands(token: Token | undefined): void {
      if (token !== undefined && !lives.get(token)?.stands) throw fenced(token);
    },

    enter({ node, address }: Entrant): Token {
      const token = ++last;
      lives.set(token, { token, node, address, beat: 0, load: 0, stands: true });
      return token;
    },

    renew(token: Token, load: number): boolean {
      const life = lives.get(token);
      if (!life?.stands) return false;
      lives.set(token, { ...life, beat: life.beat + 1, load });
      return true;
    },

    list(): readonly NodeLife[] {
      return [...lives.values()];
    },

    end(token: Token, beat: number): boolean {
      const life = lives.get(token);
      if (!life?.stands || life.beat !== beat) return false;
      lives.set(token, { ...life, stands: false });
      return true;
    },

    forget(token: Token): void {
      if (lives.get(token)?.stands === false) lives.delete(token);
    },
  };
}
