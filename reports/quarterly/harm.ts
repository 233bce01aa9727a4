import { valueIn } from '../compare.ts';
import type { RunRecord } from '../record.ts';
import { subject } from './evidence.ts';

/** How bad something was, or how often it came: the words of the seed report. */
export type Degree = 'LOW' | 'MEDIUM' | 'HIGH';

/** A recovery that takes longer is felt by whoever waits for it: the goal of the seed report. */
const patienceMs = 5000;

/**
 * What one run came to while something went wrong. HIGH: what was acknowledged is lost, a promise was broken, memory leaks, or
 * no recovery was seen. MEDIUM: operations failed, a bound was lost, or the recovery took longer than 5 s. LOW: nothing of that.
 */
export function harmOf(record: RunRecord): Degree {
  const lost = Math.max(numberIn(record, 'rpo_events'), numberIn(record, 'lost_acked'));
  const broken = record.checks.some(({ verdict }) => verdict === 'FAIL');
  if (lost > 0 || broken || !hasRecovered(record)) return 'HIGH';
  const failed = record.thresholds.some(({ verdict }) => verdict === 'FAIL');
  const slow = numberIn(record, 'heal_recovery_ms') > patienceMs;
  return numberIn(record, 'errors') > 0 || failed || slow ? 'MEDIUM' : 'LOW';
}

export const harmRule =
  'Impact HIGH: something acknowledged is lost, a check fails, memory leaks, or no recovery was seen; MEDIUM: operations failed, a bound was lost, or the recovery took longer than 5 s; LOW: nothing of that. Probability: the share of the runs whose impact was more than LOW, of those that were not INCONCLUSIVE, with its exact interval of 95 %; HIGH from a half on, MEDIUM from a tenth on. How often the fault itself comes, no record says.';

const numberIn = (record: RunRecord, metric: string): number => valueIn(record, subject(metric)) ?? 0;

/** Where nothing was healed there is nothing to recover from. */
export function hasRecovered({ faults, metrics }: RunRecord): boolean {
  const healed = faults.some(
    ({ confirmedAtMs, healedAtMs }) => confirmedAtMs !== null && healedAtMs !== null,
  );
  return !healed || Object.hasOwn(metrics, 'heal_recovery_ms');
}

const degrees: readonly Degree[] = ['LOW', 'MEDIUM', 'HIGH'];

export const worstHarm = (harms: readonly Degree[]): Degree =>
  degrees[Math.max(0, ...harms.map((harm) => degrees.indexOf(harm)))] as Degree;

/** A run whose numbers may not be believed says nothing by showing no harm. */
export const tellsHarm = (record: RunRecord): boolean =>
  record.verdict !== 'INCONCLUSIVE' || harmOf(record) !== 'LOW';

/** How often harm was done, of all runs that could have done it. */
export function probabilityOf(harms: readonly Degree[]): Degree {
  const share = harms.filter((harm) => harm !== 'LOW').length / harms.length;
  return share >= 0.5 ? 'HIGH' : share >= 0.1 ? 'MEDIUM' : 'LOW';
}
