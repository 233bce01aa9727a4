/** Everything after a run: records and what follows from them. Reads and writes results folders; starts nothing. */
export { aggregatorOf, isInside, judgeRange } from './bound.ts';
export { configurationHash, configurationOf } from './configuration.ts';
export {
  type ComparedCell,
  type ComparedRow,
  type ComparedStack,
  type Comparison,
  comparisonsOf,
} from './formats/compare-sheet.ts';
export type { Reference, ReferenceMetric, Reporter, ReportOptions } from './formats/reporter.ts';
export { type FormatName, formats } from './formats/table-of-formats.ts';
export { type Decision, decide, type Harm, roundsNeeded } from './gate/decide.ts';
export type { GateFinding } from './gate/findings.ts';
export { type GateDesign, type GateReport, type GateRow, judgeGate } from './gate/judge-gate.ts';
export { gateOf } from './gate/of-result.ts';
export type { GateCell, GateRound } from './gate/rounds.ts';
export { type GateRule, type Margins, usualMargins, usualRules } from './gate/rule.ts';
export { judge, measuredMsOf, rejudge } from './judge.ts';
export { type MetricDefinition, type MetricName, metricTable, samplesNeeded } from './metric-table.ts';
export { type Measurement, type Observation, observe, percentileOf } from './observe.ts';
export type { Quarterly } from './quarterly/document.ts';
export type { QuarterlyOptions } from './quarterly/options.ts';
export { quarterlyHtml, quarterlyPrint } from './quarterly/quarterly-html.ts';
export { quarterlyMarkdown } from './quarterly/quarterly-markdown.ts';
export { quarterlyOf } from './quarterly/quarterly-of.ts';
export { parseIndex, parseRecord, readResult } from './read-result.ts';
export type * from './record.ts';
export { schemaVersion } from './record.ts';
export { RecordError } from './record-error.ts';
export { cellVerdict, cellVerdicts, type ResultSet } from './result-set.ts';
export { answerOf, type Edge, limitText, type SearchAnswer } from './search/answer.ts';
export { type Curve, curvesOf, type Point } from './search/curve.ts';
export { type CurvePoint, kneeOf } from './search/knee.ts';
export { nextValue } from './search/next-value.ts';
export { judgedVerdicts, type Searched, searchesOf } from './search/of-result.ts';
export type { Outcome, Probe, SearchPlan, Variable } from './search/plan.ts';
export { probeOf, type SeenProbe } from './search/seen-probe.ts';
export { judgeSeedRow, type SeedRow } from './seed.ts';
export {
  type Location,
  locationOf,
  type SignedRank,
  type SymmetricInterval,
  signedRank,
} from './signed-rank.ts';
export { type Pair, type PairedRatio, pairedRatio, type Spread, spreadOf } from './statistics.ts';
export type { Bound, RelativeBound, Threshold } from './threshold.ts';
export { changePoints, type Search, usualSearch } from './trend/change-points.ts';
export { trendOf } from './trend/find-trend.ts';
export type { SeriesTrend, TrendChange, TrendPoint, TrendReport, TrendSeries } from './trend/report.ts';
export {
  exitCodeOf,
  type FailOn,
  failOnLevels,
  summaryVerdict,
  verdictOf,
  verdicts,
  worst,
} from './verdict.ts';
export { writeWhole } from './whole-file.ts';
export { createResultFolder, recordPathOf, writeIndex, writeRecord } from './write-result.ts';
