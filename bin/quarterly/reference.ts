import { loadSeed } from '../../config/seed.ts';
import type { QuarterlyOptions } from '../../reports/quarterly/options.ts';
import { seedOptions } from '../print-result.ts';

/** What the seed report recorded, judged by the same rules, with its bounds as it wrote them. */
export function writtenReference(): QuarterlyOptions['reference'] {
  const { reference = {} } = seedOptions();
  const bounds = new Map(
    loadSeed().scenarios.map(({ scenario, rows }) => [
      scenario,
      Object.fromEntries(rows.map(({ metric, writtenBound }) => [metric, writtenBound])),
    ]),
  );
  return Object.fromEntries(
    Object.entries(reference).map(([scenario, one]) => [
      scenario,
      { ...one, bounds: bounds.get(scenario) ?? {} },
    ]),
  );
}
