import type { ResultSet } from '../result-set.ts';
import type { Quarterly, Section } from './document.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import type { QuarterlyOptions } from './options.ts';
import { appendixSection } from './sections/appendix.ts';
import { bottleneckSection } from './sections/bottlenecks.ts';
import { changeSection } from './sections/changes.ts';
import { databaseSection } from './sections/database.ts';
import { eventBusSection } from './sections/event-bus.ts';
import { loadTestSection } from './sections/load-tests.ts';
import { memorySection } from './sections/memory.ts';
import { methodSection } from './sections/method.ts';
import { nextStepSection } from './sections/next-steps.ts';
import { nodeSection } from './sections/nodes.ts';
import { riskSection } from './sections/risks.ts';
import { scalingSection } from './sections/scaling.ts';
import { successSection } from './sections/success.ts';
import { summarySection } from './sections/summary.ts';
import { webSocketSection } from './sections/websocket.ts';

/** In the order of the seed report; what it has not comes where it belongs. */
const sections: readonly ((evidence: Evidence, options: QuarterlyOptions) => Section)[] = [
  summarySection,
  methodSection,
  bottleneckSection,
  loadTestSection,
  memorySection,
  eventBusSection,
  databaseSection,
  webSocketSection,
  nodeSection,
  scalingSection,
  riskSection,
  successSection,
  changeSection,
  nextStepSection,
  appendixSection,
];

/** The whole report, from records alone. RangeError without a result. */
export function quarterlyOf(results: readonly ResultSet[], options: QuarterlyOptions): Quarterly {
  if (results.length === 0) throw new RangeError('a report takes a result');
  const evidence = evidenceOf(results);
  const { played } = evidence;
  const first = evidence.results[0] as ResultSet;
  const last = evidence.results.at(-1) as ResultSet;
  const days = [...new Set([first, last].map(({ index }) => index.startedAt.slice(0, 10)))];
  const commits = [...new Set(played.flatMap(({ record }) => commitOf(record.environment)))];
  return {
    title: `Performance baseline report, ${options.quarter}`,
    facts: [
      `testbed ${[...new Set(results.map(({ index }) => index.testbed))].join(' / ')}`,
      `played ${days.join(' to ')}`,
      ...(commits.length === 0 ? [] : [`commit ${commits.join(' / ')}`]),
      'every number leads to its run, its cell and its rule; what no record holds is "not measured"',
    ],
    sections: sections.map((section) => section(evidence, options)),
  };
}

const commitOf = ({ commit }: { readonly [name: string]: unknown }): readonly string[] =>
  typeof commit === 'string' ? [commit] : [];
