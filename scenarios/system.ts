/** `testbed/system`: what somebody's orchestrator is written against, so that scenarios can drive it. Types alone. */
import type { BusTraits, StorageTraits } from '../adapters/adapter.ts';
import type { SystemParts } from './run/run-cell.ts';
import type { SystemUnderTest } from './sut.ts';

export type { SystemParts } from './run/run-cell.ts';
export type { Workload } from './scenario.ts';
export type { AgentsRead, Closable, SpawnOrder, SwarmOrder, SystemUnderTest } from './sut.ts';

/**
 * The export `system` of a module: makes an orchestrator on the bus and the storage of the stack, for one cell. What is
 * thrown or rejected means that the cell could not be run.
 */
export type CreateSystem = (parts: SystemParts) => Promise<SystemUnderTest>;

/**
 * The export `systemTraits` of a module, for a system that leaves the stack's bus or storage alone: what its own promises.
 * Absent, each or all of it: it uses the stack's.
 */
export interface SystemTraits {
  readonly bus?: BusTraits;
  readonly storage?: StorageTraits;
}
