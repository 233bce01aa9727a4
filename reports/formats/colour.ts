import type { Finding } from '../record.ts';

const codes: { readonly [verdict in Finding['verdict']]: number } = {
  PASS: 32,
  DEGRADED: 33,
  FAIL: 31,
  INCONCLUSIVE: 35,
  UNSUPPORTED: 90,
  NOTE: 90,
};

export type Paint = (verdict: Finding['verdict']) => string;

/** A verdict as printed: the word always, with its colour only where colour is wanted. */
export const painter =
  (colour: boolean): Paint =>
  (verdict) =>
    colour ? `\u001B[${codes[verdict]}m${verdict}\u001B[39m` : verdict;
