import type { Row } from '../ledger/row.ts';
import { broken, type Check, type Evidence, holds, undecided, unsupported } from './check.ts';
import { judgeLosses, owedAndLost } from './loss.ts';

/** What every subscriber and agent saw. */
export function rowsOf({ events, messages }: Evidence): readonly Row[] {
  return [...events.rows, ...messages.rows];
}

export function sumOf(rows: readonly Row[], pick: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + pick(row), 0);
}

export function deliveriesTo(rows: readonly Row[]): number {
  return sumOf(rows, (row) => row.distinct + row.early + row.duplicates);
}

/** Every acknowledged event and message reaches every subscriber that was entitled to it. */
export const noLostAcked: Check = (evidence) =>
  judgeLosses(evidence) ??
  holds(`${owedAndLost(evidence).owed} deliveries, none of what was acknowledged lost`);

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
  if (evidence.order === 'none') return unsupported('this bus promises no order');
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
