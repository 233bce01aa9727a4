import type { Agent } from '../../../core/agent.ts';
import type { AgentChanges, ChangeLog } from '../../../core/storage.ts';
import { cannotTell, cursorOfTold, toldBefore } from '../../told.ts';
import type { Link } from '../link.ts';
import type { RecordNames } from './names.ts';
import { changes as changesScript } from './record-scripts.ts';
import { parse } from './records.ts';

/** As the script `changes` answers. */
type Answer = readonly [
  life: string,
  newest: string,
  forgotten: string,
  reached: string,
  begun: string,
  more: number,
  rows: readonly string[],
  removed: readonly string[],
];

/**
 * Which agents have changed since. Scripts run one after another, so that places are given in the order in which changes
 * are seen. A server that was started again may have lost some: its cursors are of another life then.
 */
export function createChanges(link: Link, names: RecordNames): ChangeLog {
  const { rows, all, changes, changed, removed, forgotten } = names;
  const keys = [rows, all, changes, changed, removed, forgotten];
  return {
    async since(page): Promise<AgentChanges> {
      // The place told last, and the last place when the caller began: what was removed by then it never saw.
      const told = toldBefore(page, 2);
      const [after = 0, begun = ''] = told?.places ?? [];
      const answer = (await link.run('read', changesScript, keys, [after, begun, page.limit])) as Answer;
      const [life, newest, lost, reached, from, more, found, gone] = answer;
      if (told !== null && told.epoch !== life) throw cannotTell('the server was started again');
      if (after > Number(newest)) throw cannotTell('the server was emptied');
      if (told !== null && Number(lost) > Math.max(after, Number(from)))
        throw cannotTell('too much was removed');
      const next = cursorOfTold({ epoch: life, places: [Number(reached), Number(from)] });
      return { changed: found.map((row) => parse<Agent>(row)), removed: gone, next, more: more === 1 };
    },
  };
}
