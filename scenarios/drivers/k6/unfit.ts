import type { Scenario } from '../../scenario.ts';

type Asked = Pick<Scenario, 'driver' | 'workload' | 'faults' | 'random' | 'search' | 'load' | 'ownScript'>;

/** Why k6 cannot play a scenario that wants it to; null when it can, or need not. What it has sent is known when it has ended. */
export function unfitForK6({
  driver,
  workload,
  faults = [],
  random,
  search,
  load,
  ownScript,
}: Asked): string | null {
  if (driver !== 'k6') return null;
  const { arrivals, subscribers, backlog = null, looks = 'any', orchestrator } = workload;
  const { eventsPerS, readsPerS = 0 } = workload;
  const reasons: readonly (readonly [boolean, string])[] = [
    [load !== undefined, 'it is one process, and load.workers are several of ours'],
    [arrivals === 'closed', 'it plays open models, and arrivals: closed is none'],
    [
      ownScript === undefined && eventsPerS + readsPerS === 0,
      'it publishes events and makes looks, and none are due',
    ],
    [
      faults.length > 0 || random !== undefined,
      'what it sent before, during and after a fault is only known when it has ended',
    ],
    [
      subscribers.late > 0,
      'what it had sent when a subscriber joined half-way is only known when it has ended',
    ],
    [backlog !== null, 'how much waits for subscribers that stand still is only known when it has ended'],
    [search !== undefined, 'a search ends probes early, by numbers that are only known when k6 has ended'],
    [looks !== 'any' && readsPerS > 0, `it keeps no copy of the agents, and looks: ${looks} asks for one`],
    [
      readsPerS > 0 && (orchestrator?.retention ?? null) !== null,
      'it looks at agents that were there when its load began, and retention forgets them',
    ],
  ];
  const reason = reasons.find(([applies]) => applies)?.[1];
  return reason === undefined ? null : `driver k6: ${reason}`;
}
