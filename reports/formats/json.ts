import type { Reporter } from './reporter.ts';

/** One document with everything in it: the index, the records in its order, and what contradicts itself. */
export const json: Reporter = ({ index, records, doubts }) =>
  `${JSON.stringify({ schemaVersion: index.schemaVersion, index, records, doubts })}\n`;
