import { type Agent, type AgentStatus, isLegalTransition, isTerminal } from '../../core/agent.ts';
import type { ControlEntry } from '../run/control-log.ts';

export interface Problem {
  readonly text: string;
  /** A change that was stored is not there any more, or was made again: as after a crash that took it. */
  readonly lost: boolean;
}

/** What was done to one agent, from its insertion on, by the version it was to have. */
export class Life {
  readonly #byVersion = new Map<number, ControlEntry[]>();

  /** Anything was noted of it at all. */
  get begun(): boolean {
    return this.#byVersion.size > 0;
  }

  note(entry: ControlEntry): void {
    const version = entry.version as number;
    this.#byVersion.set(version, [...(this.#byVersion.get(version) ?? []), entry]);
  }

  /**
   * What is wrong with it, as sentences. Version by version, whatever the order in which the answers came; what had
   * no answer may have been stored, and counts only where the next version shows that it was.
   */
  problems(id: string, stored: Agent | undefined): Problem[] {
    const problems: Problem[] = [];
    const wrong = (text: string, lost = false): void => void problems.push({ text, lost });
    let version = 0;
    let possible: readonly AgentStatus[] = [];
    for (const next of this.#versions()) {
      const entries = this.#storedAt(next);
      const [{ outcome }] = entries as [ControlEntry];
      if (outcome === 'done' && entries.length > 1) {
        wrong(`${id}: version ${next} was stored ${entries.length} times`, true);
      }
      const reached = reachable(possible, entries);
      if (version > 0 && next !== version + 1) {
        wrong(`${id}: version ${next} was stored on top of ${version}`);
      } else if (reached.length === 0) wrong(describe(id, possible, entries, next));
      version = next;
      possible = reached.length > 0 ? reached : statusesOf(entries);
    }
    if (stored !== undefined && !this.#explains(stored, version, possible)) {
      wrong(
        `${id} is ${stored.status} version ${stored.version} in storage; ` +
          `the last change stored was ${possible.join(' or ')} version ${version}`,
        stored.version < version,
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
          before.some((from) => keeps(from, status) || isLegalTransition(from, status as AgentStatus)),
    ),
  );
}

/** Something else of the agent was changed, and it went on: what has ended changes no more. */
function keeps(from: AgentStatus, status: AgentStatus | undefined): boolean {
  return from === status && !isTerminal(from);
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
