import type { Agent } from '../agent.ts';
import { TestbedError } from '../error.ts';
import type { AgentRecords } from './agent-records.ts';
import type { Announcer } from './announcer.ts';
import { toIfLegal } from './transitions.ts';

/** An insert without an answer may still arrive; after so many looks it is taken for not made. */
const looks = 5;

/**
 * An action that fails what a spawn stored before it went wrong, to be called until it resolves.
 * Only the very agents of that spawn: an older one of the same id is somebody else's.
 */
export function undoSpawn(
  agents: readonly Agent[],
  unanswered: readonly Agent[],
  why: string,
  records: AgentRecords,
  announcer: Announcer,
): () => Promise<void> {
  const spawned = new Map([...agents, ...unanswered].map((agent) => [agent.id, agent]));
  const mayAppear = new Set(unanswered.map(({ id }) => id));
  const fail = toIfLegal('failed', { error: why });
  let looked = 0;
  return async () => {
    const { changed, gone } = await records.changeMany([...spawned.values()], (current) =>
      spawned.get(current.id)?.createdAt === current.createdAt ? fail(current) : null,
    );
    announcer.ended(changed);
    looked++;
    const missing = gone.filter((id) => mayAppear.has(id)).length;
    if (missing > 0 && looked < looks)
      throw new TestbedError(
        'NOT_FOUND',
        `${missing} agents whose insert had no answer are not stored so far`,
      );
  };
}
