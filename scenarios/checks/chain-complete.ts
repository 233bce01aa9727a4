import { type Check, harmed, holds, undecided } from './check.ts';

/** Every event chain reached its last link. */
export const chainComplete: Check = (evidence) => {
  const { chains, stillArriving } = evidence;
  if (chains === null) return undecided('the workload has no chain');
  const detail = `${chains.done} of ${chains.wanted} chains complete, ${chains.links} links`;
  if (chains.done === chains.wanted) return holds(detail);
  if (stillArriving) return undecided(`${detail}, and still going on`);
  return harmed('lost by the bus', evidence, detail, []);
};
