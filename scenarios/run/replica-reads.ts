import { isTestbedError } from '../../core/error.ts';
import type { Page, PageRequest, StorageReads } from '../../core/storage.ts';

/** Reads of a storage, and what became of them. */
export interface SpreadReads {
  readonly reads: StorageReads;
  facts(): { readonly readsByReplicas: number; readonly readsByPrimary: number };
}

type Question<T> = (reads: StorageReads) => Promise<T>;

/**
 * Reads in turn from replicas; what one of them does not answer is read from the `primary`. A listing stays with the
 * replica that it began on, so that no page shows an earlier time than the one before it.
 */
export function spreadReads(replicas: readonly StorageReads[], primary: StorageReads): SpreadReads {
  let turn = 0;
  let readsByReplicas = 0;
  let readsByPrimary = 0;
  const next = (): number => turn++ % replicas.length;

  const ask = async <T>(replica: number, question: Question<T>): Promise<T> => {
    try {
      const answer = await question(replicas[replica] as StorageReads);
      readsByReplicas++;
      return answer;
    } catch (error) {
      if (!isTestbedError(error, 'UNAVAILABLE', 'TIMEOUT')) throw error;
    }
    readsByPrimary++;
    return question(primary);
  };

  const turnPage = async <T>(
    { after, limit }: PageRequest,
    question: (reads: StorageReads, page: PageRequest) => Promise<Page<T>>,
  ): Promise<Page<T>> => {
    const replica = after === undefined ? next() : Number.parseInt(after, 10);
    const rest = after === undefined ? { limit } : { limit, after: after.slice(after.indexOf(':') + 1) };
    const page = await ask(replica, (reads) => question(reads, rest));
    return page.next === undefined ? page : { items: page.items, next: `${replica}:${page.next}` };
  };

  return {
    reads: {
      agents: {
        get: (id) => ask(next(), ({ agents }) => agents.get(id)),
        find: (filter, page) => turnPage(page, ({ agents }, rest) => agents.find(filter, rest)),
        count: (filter) => ask(next(), ({ agents }) => agents.count(filter)),
      },
      swarms: {
        get: (id) => ask(next(), ({ swarms }) => swarms.get(id)),
        find: (filter, page) => turnPage(page, ({ swarms }, rest) => swarms.find(filter, rest)),
        count: (filter) => ask(next(), ({ swarms }) => swarms.count(filter)),
      },
      events: {
        read: (filter, page) => turnPage(page, ({ events }, rest) => events.read(filter, rest)),
        count: () => ask(next(), ({ events }) => events.count()),
      },
    },
    facts: () => ({ readsByReplicas, readsByPrimary }),
  };
}
