import { createOrchestrator } from '../core/index.ts';
import type { SystemParts } from '../scenarios/run/run-cell.ts';
import type { SystemUnderTest } from '../scenarios/sut.ts';

/** Our own orchestrator, with the options that the workload names. */
export function assemble({ bus, storage, clock, random, workload }: SystemParts): Promise<SystemUnderTest> {
  return createOrchestrator({ bus, storage, clock, random, options: { events: workload.events } });
}
