import type { LeakSearch } from '../scenarios/scenario.ts';
import type { LeaksFile } from './scenario-file.ts';
import { parseDuration, parseSize } from './units.ts';

/** The search for leaks that is asked for, every unit a number. */
export function resolveLeaks({ above, processes, for: longest }: LeaksFile): LeakSearch {
  return { aboveBytes: parseSize(above), processes, forMs: parseDuration(longest) };
}
