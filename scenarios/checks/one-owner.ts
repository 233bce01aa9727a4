import { nodeOf } from '../../core/nodes/tenure.ts';
import type { ControlEntry } from '../run/control-log.ts';
import { historiesOf } from './histories.ts';

/**
 * One owner at a time: a node changes an agent that it owns, or takes it over from another. Anybody may kill one, and fail one whose
 * spawn was interrupted, which then is nobody's. Sentences of those that did otherwise. Where there is one node, and no lease, there is nothing to be wrong.
 */
export function ownersBroken(control: readonly ControlEntry[]): readonly string[] {
  const problems: string[] = [];
  for (const [id, history] of historiesOf(control.filter(({ node }) => node !== undefined))) {
    const stored = new Map<number, ControlEntry>();
    for (const entry of history)
      if (entry.outcome === 'done' && entry.version !== undefined) stored.set(entry.version, entry);
    for (const [version, { node, owner, status }] of stored) {
      const before = stored.get(version - 1);
      if (before?.owner === undefined || nodeOf(before.owner) === node) continue;
      const takesOver = owner !== undefined && nodeOf(owner) === node;
      const endsIt = status === 'killed' || (status === 'failed' && before.status === 'spawning');
      if (!takesOver && !endsIt)
        problems.push(
          `${id} was changed to ${status} (version ${version}) by ${node}, and ${before.owner} owned it`,
        );
    }
  }
  return problems;
}
