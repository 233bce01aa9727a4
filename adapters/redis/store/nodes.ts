import type { Entrant, NodeLife, NodeRepository } from '../../../core/nodes/life.ts';
import type { Link } from '../link.ts';
import type { NodeNames } from './names.ts';
import { end, enter, forget, list, renew } from './node-scripts.ts';

/** The lives of nodes: the contract of core/nodes/life.ts. Scripts run one after another, those that write records too. */
export function createNodes(link: Link, { last, lives, beats, standing }: NodeNames): NodeRepository {
  return {
    async enter({ node, address }) {
      const who = JSON.stringify({ node, address });
      return Number(await link.run('write', enter, [last, lives, beats, standing], [who]));
    },

    async renew(token, load) {
      return (await link.run('write', renew, [beats, standing], [token, load])) === 1;
    },

    async list() {
      const answer = (await link.run('read', list, [lives, beats, standing], [])) as (string | number)[];
      const found: NodeLife[] = [];
      for (let index = 0; index < answer.length; index += 4) {
        const [token, who, counts, stands] = answer.slice(index, index + 4);
        const [beat, load] = String(counts).split(' ').map(Number) as [number, number];
        const entrant = JSON.parse(String(who)) as Entrant;
        found.push({ token: Number(token), ...entrant, beat, load, stands: stands === 1 });
      }
      return found.sort((a, b) => a.token - b.token);
    },

    async end(token, beat) {
      return (await link.run('write', end, [beats, standing], [token, beat])) === 1;
    },

    async forget(token) {
      await link.run('write', forget, [lives, beats, standing], [token]);
    },
  };
}
