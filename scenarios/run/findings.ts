import type { Finding } from '../../reports/record.ts';
import { arrivedLate } from '../ledger/marks.ts';
import { latencyMetrics } from '../measure/tally.ts';
import { faultFindings } from './fault-play.ts';
import type { Played } from './play.ts';

/** What a reader of the numbers has to know beside them. */
export function findingsOf({ load, tally, from, warmedUp, ended, interrupted, faults }: Played): Finding[] {
  const findings: Finding[] = [];
  for (const [what, times] of tally.errorKinds) {
    findings.push({ verdict: 'NOTE', about: 'errors', detail: `${times} x ${what}` });
  }
  if (tally.counts.transitionsRefused > 0) {
    const detail = `${tally.counts.transitionsRefused} transitions were refused because the agent had moved on; not timed`;
    findings.push({ verdict: 'NOTE', about: 'transitions', detail });
  }
  if (warmedUp?.complete === false && !interrupted) {
    const late = arrivedLate(load.eventLedger, from.events) + arrivedLate(load.messageLedger, from.messages);
    const beside = late > 0 ? `; ${late} deliveries came beside the measured load` : '';
    const detail = `${warmedUp.left} left after ${Math.round(warmedUp.tookMs)} ms${beside}`;
    findings.push({ verdict: late > 0 ? 'INCONCLUSIVE' : 'NOTE', about: 'warm-up not drained', detail });
  }
  if (!ended.complete && !interrupted) {
    const arriving = ended.stillArriving ? ', and perhaps still arriving' : '';
    const detail = `${ended.left} left after ${Math.round(ended.tookMs)} ms${arriving}`;
    findings.push({ verdict: ended.stillArriving ? 'INCONCLUSIVE' : 'NOTE', about: 'not drained', detail });
  }
  const { unanswered } = load;
  if (unanswered.length > 0 && !interrupted) {
    const detail = unanswered.map(([what, times]) => `${times} x ${what}`).join(', ');
    findings.push({ verdict: 'INCONCLUSIVE', about: 'unanswered', detail: `${detail}: never answered` });
  }
  for (const name of latencyMetrics) {
    const { impossible } = tally.latencies[name].total();
    if (impossible === 0) continue;
    const detail = `${impossible} samples of ${name} ended before they began, and were left out: the times they carry are wrong`;
    findings.push({ verdict: 'INCONCLUSIVE', about: 'impossible times', detail });
  }
  for (const { what, uncertain } of [load.eventLedger, load.messageLedger]) {
    if (!uncertain) continue;
    const detail = `${what}s came with more holes than are kept: what was delivered and what was lost is not known`;
    findings.push({ verdict: 'INCONCLUSIVE', about: 'ledger', detail });
  }
  for (const { row, calls } of load.audience.subscribers) {
    if (row.uncertain || calls === row.accounted) continue;
    const detail = `${row.name}: its handler was called with ${calls} events, the ledger accounts for ${row.accounted}`;
    findings.push({ verdict: 'INCONCLUSIVE', about: 'ledger', detail });
  }
  if (interrupted)
    findings.push({ verdict: 'INCONCLUSIVE', about: 'interrupted', detail: 'stopped before its end' });
  return [...findings, ...tally.doubts, ...faultFindings(faults, interrupted)];
}
