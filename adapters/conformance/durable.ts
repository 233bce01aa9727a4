import type { DurabilityLevel, Traits } from '../adapter.ts';

const outlivingLevels: readonly DurabilityLevel[] = ['process-crash', 'power-loss'];

/** The least that an adapter claims and that outlives its process; undefined where nothing does. */
export function outliving({ durability }: Traits): DurabilityLevel | undefined {
  return outlivingLevels.find((level) => durability.includes(level));
}
