import type { Agent } from '../../core/agent.ts';
import type { AgentChanges, ChangeLog, PageRequest } from '../../core/storage.ts';
import { cannotTell, cursorOfTold, type Told, toldBefore } from '../told.ts';
import type { Row, Statement } from './call.ts';
import { track } from './change-tracking.ts';
import type { Pool } from './pool.ts';
import type { Schema } from './schema.ts';
import { agentTable } from './storage-tables.ts';

/**
 * Which agents have changed since. A change is dated by its transaction, and transactions do not become visible in the
 * order of their numbers: "changed > last" would skip what commits late. So a round, from the first call to the one
 * without more, begins at the oldest transaction that was still open when the round before it began: what was
 * still to be committed then is read again. Nobody waits for anybody.
 *
 * A cursor is how far a round has come (transaction, place in it), the oldest open transaction at its begin (0: it has
 * not begun), and that at the caller's first call: of what was removed before it never heard.
 */
export function createChanges(pool: Pool, schema: Schema): ChangeLog {
  const read = statement(schema);
  let isTracking = false;

  async function ask(page: PageRequest, told: Told | null): Promise<readonly Row[]> {
    const [changed = 0, place = 0, , begun = 0] = told?.places ?? [];
    for (;;) {
      if (!isTracking) await track(pool, schema);
      isTracking = true;
      const bounds = [String(changed), String(place), String(begun), String(page.limit + 1)];
      const { rows } = await pool.run(read, bounds);
      if (rows.length > 0) return rows;
      // A crash has emptied the tables.
      isTracking = false;
    }
  }

  return {
    async since(page): Promise<AgentChanges> {
      const told = toldBefore(page, 4);
      const rows = await ask(page, told);
      const [epoch, forgotten, oldestOpen] = rows[0] as readonly string[];
      if (told !== null) checkTold(told, epoch as string, Number(forgotten));
      const [, , round = 0, begun = 0] = told?.places ?? [];
      const open = round === 0 ? Number(oldestOpen) : round;
      const found = rows.filter(([, , , id]) => id !== null);
      const shown = found.slice(0, page.limit);
      const last = shown.at(-1);
      const more = found.length > page.limit;
      const places = more ? [Number(last?.[4]), Number(last?.[5]), open] : [open, 0, 0];
      const changed: Agent[] = [];
      const removed: string[] = [];
      for (const [, , , id, , , isRemoved, ...agent] of shown) {
        if (isRemoved === 't') removed.push(id as string);
        else changed.push(agentTable.read(agent));
      }
      const knew = told === null ? Number(oldestOpen) : begun;
      return {
        changed,
        removed,
        next: cursorOfTold({ epoch: epoch as string, places: [...places, knew] }),
        more,
      };
    },
  };
}

/** OUT_OF_RANGE unless all that the caller has still to hear of is known. */
function checkTold({ epoch, places }: Told, now: string, forgotten: number): void {
  const [changed = 0, , round = 0, begun = 0] = places;
  if (epoch !== now) throw cannotTell('the server had to recover from a crash');
  const from = round === 0 ? changed : Math.min(changed, round);
  if (forgotten >= Math.max(from, begun)) throw cannotTell('too much was removed');
}

function statement({ quoted }: Schema): Statement {
  const columns = agentTable.columns.map(({ name }) => `agents.${name}`);
  return {
    name: 'agents.changes',
    writes: false,
    text: `select state.epoch, state.forgotten, pg_snapshot_xmin(pg_current_snapshot()), change.id, change.changed,
        change.place, change.removed, ${columns.join(', ')}
      from ${quoted}.agent_changes_state as state left join lateral (
        select * from ${quoted}.agent_changes
        where (changed, place) > ($1::bigint, $2::bigint) and (not removed or changed >= $3::bigint)
        order by changed, place limit $4
      ) as change on true left join ${quoted}.agents on agents.id = change.id
      order by change.changed, change.place`,
  };
}
