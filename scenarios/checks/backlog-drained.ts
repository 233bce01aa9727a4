import { broken, type Check, holds, undecided } from './check.ts';

/** Consumers that were let go with a backlog caught up with it in time. */
export const backlogDrained: Check = ({ backlog }) => {
  if (backlog === null) return undecided('there was no backlog');
  const { wanted, built, withinMs, drainMs, left } = backlog;
  if (built < wanted)
    return undecided(`only ${built} of ${wanted} events were built up before the load ended`);
  if (drainMs === null)
    return broken(`${left} deliveries of the backlog were still owed after ${withinMs} ms`, []);
  return holds(`${built} events drained in ${Math.round(drainMs)} ms`);
};
