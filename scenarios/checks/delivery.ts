import type { Ledger, LedgerCount } from '../ledger/ledger.ts';
import { broken, type Check, type Evidence, holds, undecided } from './check.ts';

function wholeRun(ledger: Ledger): LedgerCount {
  return ledger.count(new Float64Array(ledger.producers).fill(1), ledger.sent);
}

function ledgersOf({ events, messages }: Evidence): readonly Ledger[] {
  return [events, messages];
}

/** Every acknowledged event and message reaches every subscriber that was entitled to it. */
export const noLostAcked: Check = (evidence) => {
  const ledgers = ledgersOf(evidence);
  if (ledgers.some(({ rows }) => rows.some((row) => row.uncertain))) {
    return undecided('more holes than the ledger keeps: losses can no longer be told from late arrivals');
  }
  const counts = ledgers.map(wholeRun);
  const lost = counts.reduce((sum, count) => sum + count.lostAcked, 0);
  const owed = counts.reduce((sum, count) => sum + count.entitled, 0);
  if (owed === 0) return undecided('nothing was sent to anyone entitled to it');
  if (lost === 0) return holds(`${owed} deliveries owed, none lost`);
  if (evidence.stillArriving)
    return undecided(`${lost} of ${owed} deliveries owed had not come when the drain deadline passed`);
  return broken(
    `${lost} of ${owed} deliveries owed never came`,
    counts.flatMap(({ lostEvidence }) => lostEvidence),
  );
};

/** Nothing is delivered that was never sent, and nothing to anyone it was not addressed to. */
export const noPhantom: Check = (evidence) => {
  const rows = ledgersOf(evidence).flatMap((ledger) => ledger.rows);
  const phantoms = rows.reduce((sum, row) => sum + row.phantom, 0);
  if (phantoms === 0) return holds('every delivery was sent first, to that subscriber');
  return broken(
    `${phantoms} deliveries of what was never sent there`,
    rows.flatMap((row) => row.evidence.phantom),
  );
};

/** Per key (agent or topic), deliveries come in the order of publishing. */
export const orderPerKey: Check = (evidence) => {
  if (evidence.order === 'none') {
    return { verdict: 'UNSUPPORTED', detail: 'this bus promises no order', evidence: [] };
  }
  const rows = ledgersOf(evidence).flatMap((ledger) => ledger.rows);
  const reordered = rows.reduce((sum, row) => sum + row.reordered, 0);
  if (reordered === 0) return holds('in order at every subscriber');
  return broken(
    `${reordered} deliveries came after a later one of the same key`,
    rows.flatMap((row) => row.evidence.reordered),
  );
};
