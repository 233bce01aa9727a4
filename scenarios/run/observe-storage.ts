import type { Agent } from '../../core/agent.ts';
import { isTestbedError } from '../../core/error.ts';
import { nodeOf } from '../../core/nodes/tenure.ts';
import type { AgentRepository, Storage } from '../../core/storage.ts';
import type { Change, ChangeLog, Outcome } from './control-log.ts';

/** The same storage, with every change of an agent noted as it passes: when it was asked for, when answered, and how. */
export function observeStorage(storage: Storage, log: ChangeLog): Storage {
  const { agents } = storage;
  const observed: AgentRepository = {
    ...agents,
    get: (id) => agents.get(id),
    find: (filter, page) => agents.find(filter, page),
    count: (filter) => agents.count(filter),
    async insert(items, token) {
      const note = log.begin(items.map((item) => changeOf('insert', item)));
      await noting(note, () => agents.insert(items, token));
      note(() => 'done');
    },
    async update(items, token) {
      const note = log.begin(items.map((item) => changeOf('update', item)));
      const conflicts = await noting(note, () => agents.update(items, token));
      const found = new Set(conflicts);
      note(({ id }) => (found.has(id) ? 'conflict' : 'done'));
      return conflicts;
    },
    async remove(ids) {
      const note = log.begin(ids.map((id) => ({ operation: 'remove', id })));
      const removed = await noting(note, () => agents.remove(ids));
      note(() => 'done');
      return removed;
    },
  };
  return { ...storage, agents: observed };
}

/** Who owns it matters where that is a life of one of several nodes. */
function changeOf(operation: 'insert' | 'update', { id, version, status, owner }: Agent): Change {
  const isOwned = owner !== null && nodeOf(owner) !== owner;
  return { operation, id, version, status, ...(isOwned && { owner }) };
}

/** Does it; when it fails, notes first whether it certainly did not happen or may have. */
async function noting<T>(
  note: (answer: (change: Change) => Outcome) => void,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const certain = isTestbedError(error, ...certainlyNot);
    note(() => (certain ? 'refused' : 'unknown'));
    throw error;
  }
}

/** What promises that a change did not happen. After anything else it may have. */
const certainlyNot = [
  'DUPLICATE',
  'UNAVAILABLE',
  'FULL',
  'OVERLOADED',
  'CLOSED',
  'INVALID_ARGUMENT',
  'UNSUPPORTED',
  'FENCED',
] as const;
