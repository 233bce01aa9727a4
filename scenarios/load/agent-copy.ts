import type { StorageAdapter } from '../../adapters/adapter.ts';
import type { Agent } from '../../core/agent.ts';
import { isTestbedError, TestbedError } from '../../core/error.ts';
import type { AgentChanges, Page } from '../../core/storage.ts';
import type { Workload } from '../scenario.ts';
import type { SystemUnderTest } from '../sut.ts';

const limit = 1_000;
/** Agents named in a difference. */
const shown = 5;

/** Why no copy can be kept by what this storage tells; null when one can, or none is to be. */
export function uncopied(
  looks: Workload['looks'],
  { name, traits }: Pick<StorageAdapter, 'name' | 'traits'>,
): string | null {
  if (looks !== 'changes' || traits.changes === true) return null;
  return `storage ${name} cannot tell what has changed since`;
}

/**
 * A copy of all agents, as somebody outside keeps it: brought up to date by listing all of them, or by what has changed since.
 * Of each agent it keeps its version.
 */
export class AgentCopy {
  readonly #sut: SystemUnderTest;
  readonly #by: 'listing' | 'changes';
  #versions: Map<string, number> = new Map();
  #after: string | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(sut: SystemUnderTest, by: 'listing' | 'changes') {
    this.#sut = sut;
    this.#by = by;
  }

  /** One at a time: who asks meanwhile waits for its turn. */
  bringUpToDate(): Promise<void> {
    const turn = this.#turn.then(() => this.#bring());
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** In what it differs from the agents stored; null: in nothing. */
  difference(stored: readonly Agent[]): string | null {
    const versions = new Map(stored.map(({ id, version }) => [id, version]));
    const wrong = [...new Set([...versions.keys(), ...this.#versions.keys()])].filter(
      (id) => versions.get(id) !== this.#versions.get(id),
    );
    if (wrong.length === 0) return null;
    const told = wrong.slice(0, shown).map((id) => {
      const [there, here] = [versions.get(id) ?? 'none', this.#versions.get(id) ?? 'none'];
      return `${id} (version ${there}, in the copy ${here})`;
    });
    return `${wrong.length} of ${stored.length} agents are others in the copy: ${told.join(', ')}`;
  }

  async #bring(): Promise<void> {
    if (this.#by === 'listing') {
      this.#versions = await this.#list();
      return;
    }
    try {
      await this.#readOn();
    } catch (error) {
      if (this.#after === undefined || !isTestbedError(error, 'OUT_OF_RANGE')) throw error;
      // What was told before is worth nothing now.
      this.#after = undefined;
      this.#versions.clear();
      await this.#readOn();
    }
  }

  async #readOn(): Promise<void> {
    for (let more = true; more; ) more = await this.#read();
  }

  async #read(): Promise<boolean> {
    const { changes } = this.#sut;
    if (changes === undefined)
      throw new TestbedError('UNSUPPORTED', 'this system cannot tell what has changed');
    const after = this.#after;
    const told: AgentChanges = await changes.call(this.#sut, {
      limit,
      ...(after !== undefined && { after }),
    });
    for (const { id, version } of told.changed) this.#versions.set(id, version);
    for (const id of told.removed) this.#versions.delete(id);
    this.#after = told.next;
    return told.more;
  }

  async #list(): Promise<Map<string, number>> {
    const versions = new Map<string, number>();
    let after: string | undefined;
    do {
      const page = (await this.#sut.list?.(
        {},
        { limit, ...(after !== undefined && { after }) },
      )) as Page<Agent>;
      for (const { id, version } of page.items) versions.set(id, version);
      after = page.next;
    } while (after !== undefined);
    return versions;
  }
}
