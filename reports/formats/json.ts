import { gateOf } from '../gate/of-result.ts';
import { curvesOf } from '../search/curve.ts';
import { searchesOf } from '../search/of-result.ts';
import { comparisonData } from './compare-data.ts';
import type { Reporter } from './reporter.ts';

/** One document with everything in it: the index, the records in its order, what contradicts itself, what was compared. */
export const json: Reporter = (result) => {
  const { index, records, doubts } = result;
  const gated = index.gate === undefined ? {} : { answer: gateOf(index.gate, result) };
  const compared = index.kind === 'compare' ? { comparisons: comparisonData(result) } : {};
  const searched = index.searches === undefined ? {} : { searches: searchesOf(result) };
  const swept = index.sweeps === undefined ? {} : { curves: curvesOf(result) };
  return `${JSON.stringify({ schemaVersion: index.schemaVersion, index, records, doubts, ...compared, ...gated, ...searched, ...swept })}\n`;
};
