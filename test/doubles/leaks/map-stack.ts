import { assemble } from '../../../bin/assemble.ts';
import type { CreateSystem } from '../../../scenarios/system.ts';
import { leaks, withHabit } from './table.ts';

/** For the command line: our orchestrator, with a map that nothing is taken out of. */
export const system: CreateSystem = async (parts) =>
  withHabit(await assemble(parts), leaks['map']?.(false) ?? (() => {}));
