import type { Finding } from '../../reports/record.ts';
import type { CannonCounts } from './cannon.ts';

/** What three who should know have counted of one run. */
export interface Counted {
  readonly autocannon: CannonCounts;
  /** Requests that its connections have made, and those that they have seen answered, publishes and others. */
  readonly asked: number;
  readonly answered: number;
  readonly idle: number;
  /** Publishes that the gateway says it has answered meanwhile; null: it is none of ours, and does not say. */
  readonly gateway: number | null;
}

/**
 * Whether a run of autocannon can be believed. What it counts is held against the gateway's own count: whoever counts
 * what nobody has answered, or drives another than it says, would otherwise pass.
 */
export function judgeCounts({ autocannon, asked, answered, idle, gateway }: Counted): readonly Finding[] {
  const { answers, gaveUp, why } = autocannon;
  const findings: Finding[] = [];
  const doubt = (detail: string): void =>
    void findings.push({ verdict: 'INCONCLUSIVE', about: 'autocannon', detail });
  if (answered === 0) doubt(`none of ${asked} requests was answered`);
  if (gaveUp > 0) doubt(`${gaveUp} connections gave up: ${why}`);
  if (answers !== answered + idle)
    doubt(`it says ${answers} answers, and its connections have had ${answered + idle}`);
  // What it did not wait for may have been done all the same.
  if (gateway !== null && (gateway < answered || gateway > asked))
    doubt(`the gateway says it has answered ${gateway} publishes, and ${answered} of ${asked} were seen`);
  return findings;
}
