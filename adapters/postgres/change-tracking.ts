import { removalsKept } from '../told.ts';
import type { Pool } from './pool.ts';
import type { Schema } from './schema.ts';

/** The second number of the advisory lock under which tracking is set up. */
const trackLock = 2;
/** Once in about so many removals the old ones are forgotten. */
const forgetEvery = 1_000;

/**
 * Begins to note which agents change, or begins again after a crash. By triggers, so that who writes need not know; when
 * somebody asks for the first time, so that until then a write costs nothing more.
 *
 * The tables are unlogged: a crash empties them, the one row of the state with them, and that is how it shows that what
 * was told before may not be so any more. A restart in good order keeps them.
 */
export async function track(pool: Pool, schema: Schema): Promise<void> {
  const { quoted, lockClass } = schema;
  const triggers = (['insert', 'update', 'delete'] as const).map(
    (verb) => `create trigger note_${verb} after ${verb} on ${quoted}.agents
      referencing ${verb === 'delete' ? 'old' : 'new'} table as touched
      for each statement execute function ${quoted}.note_agents();`,
  );
  await pool.script(`do $track$ begin
    perform pg_advisory_xact_lock(${lockClass}, ${trackLock});
    if to_regclass('${quoted}.agent_changes') is null then
      create unlogged table ${quoted}.agent_changes (
        id text primary key,
        place bigint generated always as identity,
        changed bigint not null,
        removed boolean not null
      );
      create index on ${quoted}.agent_changes (changed, place);
      create index on ${quoted}.agent_changes (changed) where removed;
      create unlogged table ${quoted}.agent_changes_state (epoch uuid not null, forgotten bigint not null);
      ${noteAgents(schema)}
      ${triggers.join('\n')}
    end if;
    if not exists (select from ${quoted}.agent_changes_state) then
      -- Nobody changes an agent between what is listed here and what the triggers see.
      lock table ${quoted}.agents in share mode;
      insert into ${quoted}.agent_changes (id, changed, removed)
        select id, ${thisTransaction}, false from ${quoted}.agents
        on conflict (id) do update set changed = excluded.changed, removed = false;
      insert into ${quoted}.agent_changes_state values (gen_random_uuid(), 0);
    end if;
  end $track$`);
}

const thisTransaction = 'pg_current_xact_id()::text::bigint';

function noteAgents({ quoted }: Schema): string {
  return `create function ${quoted}.note_agents() returns trigger language plpgsql as $note$
    declare
      cut bigint;
    begin
      -- In one order, so that two who change the same agents do not wait for each other.
      insert into ${quoted}.agent_changes (id, changed, removed)
        select id, ${thisTransaction}, tg_op = 'DELETE' from touched order by id
        on conflict (id) do update set changed = excluded.changed, removed = excluded.removed;
      if tg_op = 'DELETE' and random() * ${forgetEvery} < (select count(*) from touched) then
        select changed into cut from ${quoted}.agent_changes where removed
          order by changed desc offset ${removalsKept} limit 1;
        if cut is not null then
          delete from ${quoted}.agent_changes where removed and changed <= cut;
          update ${quoted}.agent_changes_state set forgotten = greatest(forgotten, cut);
        end if;
      end if;
      return null;
    end $note$;`;
}
