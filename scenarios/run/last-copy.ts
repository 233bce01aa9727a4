import type { Agent } from '../../core/agent.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Finding } from '../../reports/record.ts';
import type { AgentCopy } from '../load/agent-copy.ts';

/**
 * Brings a copy up to date for the last time, when nothing changes any more. What is wrong with it then is told by the
 * function it resolves to, which is given the agents as storage has them.
 */
export async function bringLastCopy(
  copy: AgentCopy | null,
): Promise<(stored: readonly Agent[]) => readonly Finding[]> {
  if (copy === null) return () => [];
  try {
    await copy.bringUpToDate();
  } catch (error) {
    if (!isTestbedError(error)) throw error;
    const detail = `the copy of all agents could not be brought up to date at the end: ${error.message}`;
    return () => [{ verdict: 'INCONCLUSIVE', about: 'copy', detail }];
  }
  return (stored) => {
    const detail = copy.difference(stored);
    return detail === null ? [] : [{ verdict: 'FAIL', about: 'copy', detail }];
  };
}
