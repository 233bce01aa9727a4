import type { Ledger } from '../ledger/ledger.ts';
import { broken, type Evidence, type Fact, harmed, type Judgement } from './check.ts';
import { peaceFromMs } from './promise.ts';

/**
 * What deliveries that came again say. A bus that hands over again may do so because of a fault, of what was under way while it
 * was in force and until all had its time to come back: what was acknowledged later is had again by no fault's doing.
 */
export function judgeRepeated(evidence: Evidence, detail: string, facts: Iterable<Fact>): Judgement {
  const { events, messages, loadStartMs, faults, recovery } = evidence;
  const peaceMs = loadStartMs + peaceFromMs(faults) + recovery.withinMs;
  const late = [events, messages].some((ledger) => isRepeatedAfter(ledger, peaceMs));
  if (!late) return harmed('repeated', evidence, detail, facts);
  return broken(`${detail}, some of them acknowledged when all faults had long been healed`, facts);
}

function isRepeatedAfter({ rows, acks }: Ledger, atMs: number): boolean {
  return rows.some(({ lastRepeated }) =>
    [...lastRepeated].some(([producer, sequence]) => (acks.notBefore(producer, sequence) ?? 0) > atMs),
  );
}
