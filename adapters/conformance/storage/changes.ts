import type { Agent } from '../../../core/agent.ts';
import { isTestbedError } from '../../../core/error.ts';
import type { AgentChanges, ChangeLog, Cursor, Storage } from '../../../core/storage.ts';
import type { StorageTraits } from '../../adapter.ts';
import { expectEqual, expectRejection, expectTrue } from '../expect.ts';
import { agent, agents, ids, listAll, next, type StorageTest } from './kit.ts';

const tells = {
  needs: 'a storage that tells what has changed',
  applies: ({ changes }: StorageTraits) => changes === true,
} as const;

const mostCalls = 1_000;

/** Somebody who keeps a copy of all agents by what is told of changes alone. */
class Copy {
  readonly agents = new Map<string, Agent>();
  readonly #changes: ChangeLog;
  readonly #limit: number;
  #after: Cursor | undefined;
  /** Told of, over all calls. */
  told = 0;

  constructor({ changes }: Storage, limit = 1_000) {
    if (changes === undefined) throw new Error('the traits say that it tells of changes, and it does not');
    this.#changes = changes;
    this.#limit = limit;
  }

  /** Asks until there is no more; `between` runs after each call but the last. */
  async catchUp(between?: () => Promise<unknown>): Promise<void> {
    for (let calls = 0; calls < mostCalls; calls++) {
      const after = this.#after;
      const told = await this.#changes.since({ limit: this.#limit, ...(after !== undefined && { after }) });
      this.#take(told);
      if (!told.more) return;
      await between?.();
    }
    throw new Error(`there is always more, after ${mostCalls} calls`);
  }

  #take({ changed, removed, next: after }: AgentChanges): void {
    const count = changed.length + removed.length;
    if (count > this.#limit) throw new Error(`${count} changes where at most ${this.#limit} were asked for`);
    for (const each of changed) this.agents.set(each.id, each);
    for (const id of removed) this.agents.delete(id);
    this.#after = after;
    this.told += count;
  }
}

async function expectSame(what: string, copy: Copy, { agents: repository }: Storage): Promise<void> {
  const stored = await listAll((page) => repository.find({}, page), 1_000);
  const byId = (some: Iterable<Agent>) => [...some].sort((a, b) => (a.id < b.id ? -1 : 1));
  expectEqual(what, byId(copy.agents.values()), byId(stored));
}

export const changeTests: readonly StorageTest[] = [
  {
    name: 'changes: all to begin with, then what has changed and no more',
    meaning: 'A copy that is kept by changes differs from what is stored, or costs as much as a listing.',
    ...tells,
    async run({ open }) {
      const { port } = await open();
      const [first, second, third] = agents(3) as [Agent, Agent, Agent];
      const early = new Copy(port);
      await early.catchUp();
      expectEqual('of an empty store', [...early.agents.keys()], []);
      await port.agents.insert([first, second, third]);
      const copy = new Copy(port, 2);
      for (const each of [early, copy]) await each.catchUp();
      expectEqual('to begin with', [...copy.agents.keys()].sort(), ids([first, second, third]));
      copy.told = 0;
      await copy.catchUp();
      expectEqual('told when nothing has changed', copy.told, 0);
      await port.agents.update([next(second, { status: 'running' })]);
      await port.agents.update([next(first)]);
      await port.agents.remove([third.id, 'nobody']);
      await copy.catchUp();
      expectEqual('told of two changes and one removal', copy.told, 3);
      await port.agents.insert([agent(third.id, { task: 'another life' })]);
      for (const each of [early, copy]) {
        await each.catchUp();
        await expectSame('the copy', each, port);
      }
    },
  },
  {
    name: 'changes: what is changed, removed and comes again while somebody reads',
    meaning: 'A copy is left with an agent that is gone, or without one that is there.',
    ...tells,
    async run({ open, random }) {
      const { port } = await open();
      const { agents: repository } = port;
      await repository.insert(agents(40));
      const change = async (): Promise<void> => {
        const id = `agent-${random.integer(1, 45)}`;
        const stored = await repository.get(id);
        if (stored === undefined) await repository.insert([agent(id)]);
        else if (random.next() < 0.3) await repository.remove([id]);
        else await repository.update([next(stored, { session: random.integer(1, 1_000) })]);
      };
      const copy = new Copy(port, 3);
      for (let round = 0; round < 6; round++) {
        let pages = 0;
        await copy.catchUp(async () => {
          if (++pages < 12) for (let count = 0; count < 3; count++) await change();
        });
        await change();
      }
      await copy.catchUp();
      await expectSame('the copy', copy, port);
    },
  },
  {
    name: 'changes: none is skipped while many write at the same time',
    meaning: 'A change that is stored late is never told, and the copy stays wrong.',
    ...tells,
    async run({ open, within }) {
      const { port } = await open();
      const { agents: repository } = port;
      const copy = new Copy(port, 50);
      await repository.insert(agents(60));
      await copy.catchUp();
      let isWriting = true;
      const write = async (writer: number): Promise<void> => {
        for (let version = 1; version <= 15; version++) {
          const mine = agents(60).filter((_, index) => index % 6 === writer);
          // One by one and together, so that some transactions take longer than others.
          const changed = mine.map((each) => next({ ...each, version }, { session: version }));
          if (version % 3 === 0) expectEqual('refused', await repository.update(changed), []);
          else await Promise.all(changed.map((each) => repository.update([each])));
          const fresh = agent(`new-${writer}-${version}`);
          await repository.insert([fresh]);
          if (version % 2 === 0) await repository.remove([fresh.id]);
        }
      };
      const writers = Promise.all(Array.from({ length: 6 }, (_, writer) => write(writer))).finally(() => {
        isWriting = false;
      });
      const follow = async (): Promise<void> => {
        while (isWriting) {
          await copy.catchUp();
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      await within('writers and reader', Promise.all([writers, follow()]));
      await copy.catchUp();
      await expectSame('the copy', copy, port);
    },
  },
  {
    name: 'changes: those made by another process are told',
    meaning: "A copy on one node misses what other nodes' agents do.",
    needs: 'a storage that tells what has changed, shared between processes',
    applies: ({ changes, crossProcess }) => changes === true && crossProcess,
    processes: true,
    async run({ open, peer, place }) {
      const shared = place();
      const { port } = await open(shared);
      const other = await peer(shared);
      await other.call('agents.insert', agents(3));
      const copy = new Copy(port);
      await copy.catchUp();
      const [first, second] = agents(3) as [Agent, Agent];
      await other.call('agents.update', [next(first)]);
      await other.call('agents.remove', [second.id]);
      await copy.catchUp();
      await expectSame('the copy', copy, port);
      const told = (await other.call('changes.since', { limit: 10 })) as AgentChanges;
      expectEqual('to begin with, there', ids(told.changed).sort(), [...copy.agents.keys()].sort());
    },
  },
  {
    name: 'changes: after more removals than it remembers it says so',
    meaning: 'A copy keeps agents that are long gone, and nobody knows.',
    ...tells,
    async run({ open }) {
      const { port } = await open();
      const { agents: repository } = port;
      const changes = port.changes as ChangeLog;
      const doomed = agents(2_000, { task: null });
      const begin = (): Promise<AgentChanges> => changes.since({ limit: 10_000 });
      await repository.insert([agent('first')]);
      const told = await begin();
      await repository.remove(['first']);
      for (let round = 0; round < 7; round++) {
        await repository.insert(doomed);
        await repository.remove(ids(doomed));
      }
      const heard = await readOn(changes, told.next);
      expectTrue(
        'neither told of the removal nor of having forgotten it',
        heard === null || heard.has('first'),
      );
      expectEqual('after beginning again', (await begin()).changed, []);
    },
  },
  {
    name: 'changes: a foreign cursor, or a limit that is none, is refused',
    meaning: "A caller's mistake tells nothing, or everything.",
    ...tells,
    async run({ open }) {
      const changes = (await open()).port.changes as ChangeLog;
      for (const limit of [0, -1, 10_001, 1.5, Number.NaN]) {
        await expectRejection(`limit ${limit}`, 'INVALID_ARGUMENT', () => changes.since({ limit }));
      }
      for (const after of ['the beginning', '', '1', '-1.-1.', "1.1'"]) {
        const since = () => changes.since({ limit: 5, after });
        await expectRejection(`after "${after}"`, 'INVALID_ARGUMENT', since);
      }
    },
  },
];

/** The ids told as removed after a cursor; null when it says that it no longer knows. */
async function readOn(changes: ChangeLog, from: Cursor): Promise<ReadonlySet<string> | null> {
  const removed = new Set<string>();
  try {
    for (let after = from, more = true; more; ) {
      const told = await changes.since({ limit: 10_000, after });
      for (const id of told.removed) removed.add(id);
      ({ next: after, more } = told);
    }
    return removed;
  } catch (error) {
    if (!isTestbedError(error, 'OUT_OF_RANGE')) throw error;
    return null;
  }
}
