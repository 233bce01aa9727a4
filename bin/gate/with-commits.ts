import { type Checkout, checkOut } from './checkout.ts';
import { type CommitSide, type PlayedSide, sideIn } from './side.ts';

/**
 * Hands over both sides as they can be played, commits checked out and installed, one after the other; and takes these away
 * again, whatever becomes of it. For a plan nothing is installed: the stack is looked at as it is in the working directory.
 */
export async function withCommits<T>(
  [base, head]: readonly [PlayedSide | CommitSide, PlayedSide | CommitSide],
  isPlan: boolean,
  act: (base: PlayedSide, head: PlayedSide) => Promise<T>,
): Promise<T> {
  const from = process.cwd();
  const checkouts: Checkout[] = [];
  const ready = async (side: PlayedSide | CommitSide): Promise<PlayedSide> => {
    if (side.kind === 'played') return side;
    if (isPlan) return sideIn(side, { folder: from, sha: side.commit });
    process.stderr.write(`testbed: ${side.text} is checked out, installed and built\n`);
    const checkout = await checkOut(side.commit, from);
    checkouts.push(checkout);
    return sideIn(side, checkout);
  };
  try {
    return await act(await ready(base), await ready(head));
  } finally {
    for (const checkout of checkouts) await checkout.remove();
  }
}
