import type { Agent } from '../../core/agent.ts';
import type { AgentChanges, PageRequest } from '../../core/storage.ts';
import { cannotTell, cursorOfTold, removalsKept, toldBefore } from '../told.ts';
import type { Store } from './database.ts';
import { patiently } from './patience.ts';
import { agentTable } from './records.ts';
import type { Writer } from './writer.ts';

/** Between two times that old removals are forgotten, so many changes. */
const forgetEvery = 1_000;

/**
 * Kept by triggers, so that nobody who writes has to know, and made when somebody asks for the first time: until then a
 * write costs nothing more. Writers take turns, so that places are given in the order of commits.
 */
const tracking = `
  CREATE TABLE agent_changes (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, removed INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX agent_removals ON agent_changes (place) WHERE removed = 1;
  CREATE TABLE agent_changes_forgotten (place INTEGER NOT NULL) STRICT;
  INSERT INTO agent_changes_forgotten VALUES (0);
  ${['INSERT', 'UPDATE', 'DELETE']
    .map((verb) => {
      const [row, removed] = verb === 'DELETE' ? ['OLD', 1] : ['NEW', 0];
      return `CREATE TRIGGER agent_changes_${verb.toLowerCase()} AFTER ${verb} ON agents BEGIN
        DELETE FROM agent_changes WHERE id = ${row}.id;
        INSERT INTO agent_changes (id, removed) VALUES (${row}.id, ${removed});
      END;`;
    })
    .join('\n')}
  CREATE TRIGGER agent_changes_forget AFTER INSERT ON agent_changes WHEN NEW.place % ${forgetEvery} = 0 BEGIN
    UPDATE agent_changes_forgotten SET place = coalesce((
      SELECT place FROM agent_changes WHERE removed = 1 ORDER BY place DESC LIMIT 1 OFFSET ${removalsKept}
    ), place);
    DELETE FROM agent_changes WHERE removed = 1 AND place <= (SELECT place FROM agent_changes_forgotten);
  END;
  INSERT INTO agent_changes (id, removed) SELECT id, 0 FROM agents ORDER BY seq;`;

/** Which agents have changed since, on the table of agents. */
export function createChanges({ db, file, clock, busyTimeoutMs }: Store, writer: Writer) {
  let isTracking = false;
  const tracks = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'agent_changes'").pluck();

  async function track(): Promise<void> {
    await writer.write(() => {
      if (tracks.get() === undefined) db.exec(tracking);
    });
    isTracking = true;
  }

  function prepare() {
    const { columns, steady } = agentTable;
    const agent = ['seq', 'id', 'version', ...columns, ...steady].map((column) => `agents.${column}`);
    const ends = db.prepare(
      'SELECT (SELECT max(place) FROM agent_changes), (SELECT place FROM agent_changes_forgotten)',
    );
    const rows = db.prepare(`SELECT changes.place, changes.id, ${agent.join(', ')}
      FROM agent_changes AS changes LEFT JOIN agents ON agents.id = changes.id
      WHERE changes.place > ? AND (changes.removed = 0 OR changes.place > ?) ORDER BY changes.place LIMIT ?`);
    return { ends: ends.raw(), rows: rows.raw() };
  }
  let prepared: ReturnType<typeof prepare> | undefined;

  /** Of one moment: it runs in a transaction. */
  const read = db.transaction((page: PageRequest): AgentChanges => {
    // The place told last, and the last place when the caller began: what was removed by then it never saw.
    const told = toldBefore(page, 2);
    prepared ??= prepare();
    const [last, forgotten] = prepared.ends.get() as [number | null, number];
    const [after = 0, begun = last ?? 0] = told?.places ?? [];
    if (Math.max(after, begun) > Math.max(last ?? 0, forgotten)) throw cannotTell('this file is another one');
    if (told !== null && forgotten > Math.max(after, begun)) throw cannotTell('too much was removed');
    const rows = prepared.rows.all(after, begun, page.limit + 1) as [number, string, ...unknown[]][];
    const changed: Agent[] = [];
    const removed: string[] = [];
    for (const [, id, ...row] of rows.slice(0, page.limit)) {
      if (row[0] === null) removed.push(id);
      else changed.push(agentTable.decode(row));
    }
    const reached =
      rows.length > page.limit ? (rows[page.limit - 1]?.[0] as number) : Math.max(after, last ?? 0);
    const next = cursorOfTold({ epoch: '', places: [reached, begun] });
    return { changed, removed, next, more: rows.length > page.limit };
  });

  return {
    async since(page: PageRequest): Promise<AgentChanges> {
      toldBefore(page, 2);
      if (!isTracking) await track();
      return patiently(clock, busyTimeoutMs, file, () => read(page));
    },
  };
}
