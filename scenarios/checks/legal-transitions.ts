import { type Agent, type AgentStatus, isLegalTransition } from '../../core/agent.ts';
import type { ControlEntry } from '../run/control-log.ts';
import { broken, type Check, holds, undecided } from './check.ts';

/** What was done to one agent, from its insertion on, by the version it was to have. */
class Life {
  readonly #byVersion = new Map<number, ControlEntry[]>();

  note(entry: ControlEntry): void {
    const version = entry.version as number;
    this.#byVersion.set(version, [...(this.#byVersion.get(version) ?? []), entry]);
  }

  /**
   * What is wrong with it, as sentences. Version by version, whatever the order in which the answers came; what had
   * no answer may have been stored, and counts only where the next version shows that it was.
   */
  problems(id: string, stored: Agent | undefined): string[] {
    const problems: string[] = [];
    let version = 0;
    let possible: readonly AgentStatus[] = [];
    for (const next of this.#versions()) {
      const entries = this.#storedAt(next);
      const [{ outcome }] = entries as [ControlEntry];
      if (outcome === 'done' && entries.length > 1) {
        problems.push(`${id}: version ${next} was stored ${entries.length} times`);
      }
      const reached = reachable(possible, entries);
      if (version > 0 && next !== version + 1) {
        problems.push(`${id}: version ${next} was stored on top of ${version}`);
      } else if (reached.length === 0) problems.push(describe(id, possible, entries, next));
      version = next;
      possible = reached.length > 0 ? reached : statusesOf(entries);
    }
    if (stored !== undefined && !this.#explains(stored, version, possible)) {
      problems.push(
        `${id} is ${stored.status} version ${stored.version} in storage; ` +
          `the last change stored was ${possible.join(' or ')} version ${version}`,
      );
    }
    return problems;
  }

  /** The versions up to the last that was certainly stored, ascending. */
  #versions(): readonly number[] {
    const versions = [...this.#byVersion.keys()].sort((a, b) => a - b);
    const certain = versions.findLastIndex((version) =>
      this.#byVersion.get(version)?.some(({ outcome }) => outcome === 'done'),
    );
    return versions.slice(0, certain + 1);
  }

  /** The entries of a version that count: those that were answered, or, where there is none, those that were not. */
  #storedAt(version: number): readonly ControlEntry[] {
    const entries = this.#byVersion.get(version) ?? [];
    const certain = entries.filter(({ outcome }) => outcome === 'done');
    return certain.length > 0 ? certain : entries;
  }

  /** Whether storage can hold this after the last certain change, by way of changes that had no answer. */
  #explains(stored: Agent, version: number, possible: readonly AgentStatus[]): boolean {
    let statuses = possible;
    for (let next = version + 1; next <= stored.version && (next === 1 || statuses.length > 0); next++) {
      statuses = reachable(statuses, this.#storedAt(next));
    }
    return stored.version >= version && statuses.includes(stored.status);
  }
}

function statusesOf(entries: readonly ControlEntry[]): AgentStatus[] {
  return entries.map(({ status }) => status as AgentStatus);
}

/** The statuses among `entries` that can follow one of `before`; an agent begins by being inserted as `spawning`. */
function reachable(before: readonly AgentStatus[], entries: readonly ControlEntry[]): readonly AgentStatus[] {
  return statusesOf(
    entries.filter(({ operation, status, version }) =>
      before.length === 0
        ? operation === 'insert' && status === 'spawning' && version === 1
        : operation === 'update' &&
          before.some((from) => from === status || isLegalTransition(from, status as AgentStatus)),
    ),
  );
}

function describe(
  id: string,
  before: readonly AgentStatus[],
  entries: readonly ControlEntry[],
  version: number,
): string {
  const to = statusesOf(entries).join(' or ');
  if (before.length > 0) return `${id} went from ${before.join(' or ')} to ${to} (version ${version})`;
  const inserted = entries.some(({ operation }) => operation === 'insert');
  return inserted
    ? `${id} was inserted as ${to} (version ${version})`
    : `${id} was changed to ${to} although it was never inserted`;
}

/** Every stored change is a transition of the state table, on the version it was made for; terminal is terminal. */
export const legalTransitions: Check = ({ control, agents }) => {
  const lives = new Map<string, Life>();
  /** Agents whose removal had no answer: nothing can be said of them from there on. */
  const unsure = new Set<string>();
  const problems: string[] = [];
  let changes = 0;
  for (const entry of control) {
    const { id, operation, outcome } = entry;
    if (operation === 'acknowledged' || operation === 'announced') continue;
    if (outcome === 'refused' || unsure.has(id)) continue;
    const life = lives.get(id) ?? new Life();
    if (operation === 'remove') {
      problems.push(...life.problems(id, undefined));
      lives.delete(id);
      if (outcome === 'unknown') unsure.add(id);
      continue;
    }
    if (outcome === 'done') changes++;
    life.note(entry);
    lives.set(id, life);
  }
  const stored = new Map(agents.map((agent) => [agent.id, agent]));
  for (const [id, life] of lives) problems.push(...life.problems(id, stored.get(id)));
  if (changes === 0) return undecided('no change of an agent was stored');
  if (problems.length === 0) return holds(`${changes} stored changes, each legal`);
  return broken(`${problems.length} things wrong with ${changes} stored changes`, problems);
};
