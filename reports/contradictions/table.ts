import type { RunRecord } from '../record.ts';
import type { Contradiction, Rule } from './contradiction.ts';
import {
  checkOfFileMissing,
  checksAgainstAsked,
  countAgainstCheck,
  passWithEvidence,
  thresholdsAgainstRules,
  verdictAgainstResults,
} from './judged.ts';
import {
  failedAndAllAvailable,
  histogramAgainstMetric,
  lateSendsAgainstGenerator,
  lossAgainstRecovery,
  lostAndAllDelivered,
  metricOutOfOrder,
  phaseBackwards,
  rateAgainstRatio,
  shareOfMoreThanAll,
} from './measured.ts';

/** In the order in which they are looked for: what was measured, what was judged of it, what it comes to. */
const rules: readonly Rule[] = [
  metricOutOfOrder,
  histogramAgainstMetric,
  phaseBackwards,
  shareOfMoreThanAll,
  lostAndAllDelivered,
  failedAndAllAvailable,
  lateSendsAgainstGenerator,
  rateAgainstRatio,
  lossAgainstRecovery,
  countAgainstCheck,
  passWithEvidence,
  checksAgainstAsked,
  checkOfFileMissing,
  thresholdsAgainstRules,
  verdictAgainstResults,
];

/** What a schema cannot say: the first thing in a record that is not true if the rest of it is. No run of ours writes one. */
export function contradictionIn(record: RunRecord): Contradiction | null {
  for (const rule of rules) {
    const found = rule(record);
    if (found !== null) return found;
  }
  return null;
}
