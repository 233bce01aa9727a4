import type { NodeRepository } from '../../core/nodes/life.ts';
import type { Statement } from './call.ts';
import type { Pool } from './pool.ts';
import { keptForGood, type Schema } from './schema.ts';

/** The lives of nodes: the contract of core/nodes/life.ts. One stands while it has a row in `standing`. */
export function createNodes(pool: Pool, { quoted }: Schema): NodeRepository {
  const statement = (role: string, writes: boolean, text: string): Statement => ({
    name: `nodes.${role}`,
    text,
    writes,
  });
  const enter = statement(
    'enter',
    true,
    `with kept as materialized (${keptForGood('select')}),
     entered as (
       insert into ${quoted}.lives (node, address) select $1::text, $2::text from kept returning token
     )
     insert into ${quoted}.standing select token from entered returning token`,
  );
  const renew = statement(
    'renew',
    true,
    `update ${quoted}.lives set beat = beat + 1, load = $2
     where token = $1 and exists (select from ${quoted}.standing where token = $1)`,
  );
  const list = statement(
    'list',
    false,
    `select token, node, address, beat, load, standing.token is not null
     from ${quoted}.lives left join ${quoted}.standing using (token) order by token`,
  );
  const end = statement(
    'end',
    true,
    `delete from ${quoted}.standing where token = $1
     and exists (select from ${quoted}.lives where lives.token = $1 and beat = $2)`,
  );
  const forget = statement(
    'forget',
    true,
    `delete from ${quoted}.lives where token = $1
     and not exists (select from ${quoted}.standing where token = $1)`,
  );

  return {
    async enter({ node, address }) {
      const { rows } = await pool.run(enter, [node, address]);
      return Number(rows[0]?.[0]);
    },

    async renew(token, load) {
      return (await pool.run(renew, [String(token), String(load)])).count === 1;
    },

    async list() {
      const { rows } = await pool.run(list, []);
      return rows.map(([token, node, address, beat, load, stands]) => ({
        token: Number(token),
        node: node as string,
        address: address ?? null,
        beat: Number(beat),
        load: Number(load),
        stands: stands === 't',
      }));
    },

    async end(token, beat) {
      return (await pool.run(end, [String(token), String(beat)])).count === 1;
    },

    async forget(token) {
      await pool.run(forget, [String(token)]);
    },
  };
}
