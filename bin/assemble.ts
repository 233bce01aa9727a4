import { createOrchestrator } from '../core/index.ts';
import type { SystemParts } from '../scenarios/run/run-cell.ts';
import type { SystemUnderTest } from '../scenarios/sut.ts';

/**
 * Our own orchestrator, with the options that the workload names. What has ended is kept unless it says otherwise: a
 * run counts agents by how they ended, as storage has them at the end.
 */
export function assemble({ workload, keepsPlace = false, ...parts }: SystemParts): Promise<SystemUnderTest> {
  const { events, messages = {}, orchestrator } = workload;
  const options = { retention: null, ...orchestrator, events, messages, keepsPlace };
  return createOrchestrator({ ...parts, options });
}
