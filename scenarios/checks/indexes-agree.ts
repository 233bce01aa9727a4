import { broken, type Check, harmed, holds, undecided } from './check.ts';

/** Look-ups by status, swarm, parent and owner give what a full scan gives. */
export const indexesAgree: Check = (evidence) => {
  const { indexDifferences, indexLookups, spawned } = evidence;
  if (indexLookups === 0) {
    const nothing = 'no agent was in storage to look up';
    const lost = harmed('lost by the storage', evidence, nothing, []);
    return spawned.size > 0 && lost.verdict === 'UNSUPPORTED' ? lost : undecided(nothing);
  }
  if (indexDifferences.length === 0) return holds(`${indexLookups} look-ups agree with a full scan`);
  return broken(
    `${indexDifferences.length} of ${indexLookups} look-ups disagree with a full scan`,
    indexDifferences,
  );
};
