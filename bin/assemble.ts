import { join } from 'node:path';
import { createOrchestrator } from '../core/index.ts';
import type { SystemParts } from '../scenarios/run/run-cell.ts';
import type { SystemUnderTest } from '../scenarios/sut.ts';

/**
 * Our own orchestrator, with the options that the workload names. What has ended is kept unless it says otherwise: a
 * run counts agents by how they ended, as storage has them at the end.
 */
export function assemble({
  workload,
  keepsPlace = false,
  directory,
  ...parts
}: SystemParts): Promise<SystemUnderTest> {
  const { events, messages = {}, orchestrator = {} } = workload;
  const { outbox = 'memory', ...tuning } = orchestrator;
  const outboxFile = outbox === 'file' && directory !== undefined ? join(directory, 'outbox.ndjson') : null;
  const options = { retention: null, ...tuning, events, messages, keepsPlace, outboxFile };
  return createOrchestrator({ ...parts, options });
}
