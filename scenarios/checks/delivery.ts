import type { Ledger, LedgerCount } from '../ledger/ledger.ts';
import type { Row } from '../ledger/row.ts';
import { broken, type Check, type Evidence, holds, undecided } from './check.ts';

function rowsOf({ events, messages }: Evidence): readonly Row[] {
  return [...events.rows, ...messages.rows];
}

function sumOf(rows: readonly Row[], pick: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + pick(row), 0);
}

function deliveriesTo(rows: readonly Row[]): number {
  return sumOf(rows, (row) => row.distinct + row.early + row.duplicates);
}

function wholeRun(ledger: Ledger): LedgerCount {
  return ledger.count(new Float64Array(ledger.producers).fill(1), ledger.sent);
}

/** Every acknowledged event and message reaches every subscriber that was entitled to it. */
export const noLostAcked: Check = (evidence) => {
  const counts = [evidence.events, evidence.messages].map(wholeRun);
  const lost = counts.reduce((sum, count) => sum + count.lostAcked, 0);
  const entitled = counts.reduce((sum, count) => sum + count.entitled, 0);
  if (entitled === 0) return undecided('nothing was sent to anyone entitled to it');
  if (lost > 0 && evidence.stillArriving) {
    return undecided(`${lost} of ${entitled} deliveries had not come when the drain deadline passed`);
  }
  if (lost > 0) {
    return broken(
      `${lost} of ${entitled} deliveries never came`,
      counts.flatMap(({ lostEvidence }) => lostEvidence),
    );
  }
  if (evidence.events.uncertain || evidence.messages.uncertain) {
    return undecided('more holes than the ledger keeps: losses could not be told from late arrivals');
  }
  return holds(`${entitled} deliveries, none of what was acknowledged lost`);
};

/** Nothing is delivered that was never sent, nothing otherwise than it was, and nothing to anyone it was not addressed to. */
export const noPhantom: Check = (evidence) => {
  const rows = rowsOf(evidence);
  const phantoms = sumOf(rows, (row) => row.phantom);
  if (phantoms > 0) {
    return broken(
      `${phantoms} deliveries of what was never sent, never sent there, or sent otherwise`,
      rows.flatMap((row) => row.evidence.phantom),
    );
  }
  const deliveries = deliveriesTo(rows);
  if (deliveries === 0) return undecided('nothing was delivered');
  const compared = evidence.events.originals.compared + evidence.messages.originals.compared;
  return holds(`${deliveries} deliveries, each sent first, to that subscriber; ${compared} of them compared`);
};

/** Per key (agent or topic), deliveries come in the order of publishing. */
export const orderPerKey: Check = (evidence) => {
  if (evidence.order === 'none') {
    return { verdict: 'UNSUPPORTED', detail: 'this bus promises no order', evidence: [] };
  }
  const rows = rowsOf(evidence);
  const reordered = sumOf(rows, (row) => row.reordered);
  if (reordered > 0) {
    return broken(
      `${reordered} deliveries came after a later one of the same key`,
      rows.flatMap((row) => row.evidence.reordered),
    );
  }
  if (rows.some((row) => row.uncertain)) {
    return undecided('more holes than the ledger keeps: late arrivals could not be told');
  }
  const deliveries = deliveriesTo(rows);
  if (deliveries === 0) return undecided('nothing was delivered');
  return holds(`${deliveries} deliveries, in order at every subscriber`);
};
