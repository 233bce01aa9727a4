import { softLimit } from '../../chaos/resource/limit.ts';
import { type Scenario, socketsOf } from '../scenario.ts';

/** What a process opens beside: files, connections of the load and of the stack, and some to spare. */
const beside = 200;

/**
 * Why this machine does not let a process have as many connections as a scenario asks for; null when it does, or does not say.
 * The clients are one process, and when a gateway is away all of them may be at another.
 */
export function tooManyConnections(
  { workload }: Pick<Scenario, 'workload'>,
  limit: string | null = softLimit(process.pid, 'nofile'),
): string | null {
  const { connections } = workload;
  if (connections === undefined || limit === null || limit === 'unlimited') return null;
  const { all } = socketsOf(connections);
  const needed = all + beside;
  if (needed <= Number(limit)) return null;
  return `${all} WebSockets take ${needed} open files in one process, and the limit is ${limit} (ulimit -n ${needed})`;
}
