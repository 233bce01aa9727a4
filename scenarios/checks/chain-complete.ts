import { broken, type Check, holds, undecided } from './check.ts';

/** Every event chain reached its last link. */
export const chainComplete: Check = ({ chains, stillArriving }) => {
  if (chains === null) return undecided('the workload has no chain');
  const detail = `${chains.done} of ${chains.wanted} chains complete, ${chains.links} links`;
  if (chains.done === chains.wanted) return holds(detail);
  return stillArriving ? undecided(`${detail}, and still going on`) : broken(detail, []);
};
