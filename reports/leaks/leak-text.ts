import type { CheckResult } from '../record.ts';
import type { LeakReport, LeakRow, LeakRule, Slope } from './judge-leaks.ts';

/** The name of the check that a search for leaks adds. */
export const leakCheckName = 'no-leak';

/** The report as a check. `evidence`: what was seen to grow, for a leak. */
export function leakCheck(report: LeakReport, rule: LeakRule, evidence: readonly string[]): CheckResult {
  const { verdict, rows } = report;
  const told = [
    ...rows.map(rowText),
    `RSS ${slopeText(report.rss)}, not judged`,
    `${report.processes} processes, ${report.operations} operations and more each; a leak is more than ${rule.aboveBytes} B/op`,
  ];
  return {
    check: leakCheckName,
    verdict,
    detail: told.join('; '),
    evidence: verdict === 'PASS' ? [] : evidence,
  };
}

function rowText({ memory, verdict, first, last, detectable, why }: LeakRow): string {
  const again = last === null ? '' : `, at the end of twice the work ${slopeText(last)}`;
  const seen =
    detectable === null || verdict === 'FAIL' ? '' : `, could have seen ${number(detectable)} B/op`;
  return `${memory} ${slopeText(first)}${again}: ${why}${seen}`;
}

/** `3.1 B/op [1.2, 4.8]`. */
function slopeText({ estimate, low, high }: Slope): string {
  if (estimate === null) return 'not measured';
  const interval = low === null || high === null ? '' : ` [${number(low)}, ${number(high)}]`;
  return `${number(estimate)} B/op${interval}`;
}

function number(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1);
}
