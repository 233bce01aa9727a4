import { broken, type Check, holds, undecided } from './check.ts';

/** Look-ups by status, swarm, parent and owner give what a full scan gives. */
export const indexesAgree: Check = ({ indexDifferences, indexLookups }) => {
  if (indexLookups === 0) return undecided('no agent was in storage to look up');
  if (indexDifferences.length === 0) return holds(`${indexLookups} look-ups agree with a full scan`);
  return broken(
    `${indexDifferences.length} of ${indexLookups} look-ups disagree with a full scan`,
    indexDifferences,
  );
};
