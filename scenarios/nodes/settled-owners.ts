import type { Clock } from '../../core/clock.ts';
import { tenureOf } from '../../core/nodes/tenure.ts';
import type { OrchestratorStats } from '../../core/orchestrator.ts';
import type { NodeLine } from '../node/line.ts';

/** How long what has ended may take to be taken over after everything was healed, and how long between two looks, in ms. */
const settleWithinMs = 10_000;
const lookAgainMs = 50;

/** As whom nodes own agents, once none of them knows of a life that has ended and whose agents are not all taken over. */
export async function settledOwners(
  nodes: readonly { readonly line: NodeLine }[],
  clock: Clock,
): Promise<ReadonlySet<string>> {
  const byMs = clock.now() + settleWithinMs;
  for (;;) {
    const leases = (await Promise.all(nodes.map(({ line }) => leaseOf(line)))).filter((one) => one !== null);
    const owners = new Set(leases.map(({ owner }) => owner));
    const known = leases.flatMap((lease) => lease.nodes);
    const isSettled = known.every((life) => life.stands && owners.has(tenureOf(life).owner));
    if ((isSettled && leases.length === nodes.length) || clock.now() >= byMs) return owners;
    await clock.sleep(lookAgainMs);
  }
}

/** Null: it does not answer. */
export async function leaseOf(line: NodeLine): Promise<OrchestratorStats['lease']> {
  const stats = (await line.call('stats').catch(() => null)) as Pick<OrchestratorStats, 'lease'> | null;
  return stats?.lease ?? null;
}
