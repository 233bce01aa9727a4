import type { Agent } from '../../core/agent.ts';
import type { Message } from '../../core/message.ts';

const payload = 'x'.repeat(64);

/** `count` events of 100 agents, in batches. */
export function eventBatches(count: number, perBatch: number): Message[][] {
  return Array.from({ length: count / perBatch }, (_, batch) =>
    Array.from({ length: perBatch }, (_, index): Message => {
      const sequence = batch * perBatch + index + 1;
      const at = 1.7e12 + sequence / 8;
      return {
        key: `agent-${sequence % 100}`,
        type: 'text_delta',
        swarmId: 'swarm-1',
        producer: sequence % 100,
        sequence,
        at,
        sentAt: at,
        data: payload,
      };
    }),
  );
}

/** An agent that changes its status with every version. */
export function agentAt(id: string, version: number): Agent {
  return {
    id,
    status: version % 2 === 0 ? 'paused' : 'running',
    version,
    swarmId: 'swarm-1',
    parentId: null,
    owner: 'main',
    attempt: 0,
    createdAt: 1.7e12,
    updatedAt: 1.7e12 + version,
    task: 'what it was asked to do',
    session: 'what it knows so far',
    result: null,
    error: null,
  };
}

/** So many callers take the items one after another, each waiting for its answer: a closed load. */
export async function byCallers<Item>(
  callers: number,
  items: readonly Item[],
  call: (item: Item) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (next < items.length) await call(items[next++] as Item);
    }),
  );
}

/** Counts up to `total`, and then says so. */
export function countTo(total: number): { readonly reached: Promise<void>; add(count: number): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let counted = 0;
  return {
    reached: promise,
    add(count) {
      counted += count;
      if (counted === total) resolve();
    },
  };
}

/** How many a second of `count`, for as long as `act` takes. */
export async function rateOf(count: number, act: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return count / ((performance.now() - startedMs) / 1000);
}
