import {
  type GateOrder,
  type GateRule,
  type MarginOrder,
  type Margins,
  mostPrimaries,
  usualMargins,
  usualRules,
  worseSign,
} from '../reports/gate/rule.ts';
import { type MetricName, metricTable } from '../reports/metric-table.ts';
import { didYouMean } from './did-you-mean.ts';
import { invalid, quote } from './invalid.ts';

/** `METRIC`, `METRIC:avg`, `METRIC:p99`: a number that a gate judges, by its usual margins. INVALID_CONFIG says what is allowed. */
export function parsePrimary(text: string): GateRule {
  const [name = '', given] = text.split(':');
  const metric = metricOf(name);
  const { kind } = metricTable[metric];
  const [, percentile] = /^p(\d{1,2}(?:\.\d+)?)$/.exec(given ?? '') ?? [];
  const aggregator =
    percentile === undefined ? (given ?? (kind === 'number' ? 'value' : 'avg')) : `p(${percentile})`;
  const fits = kind === 'number' ? aggregator === 'value' : aggregator === 'avg' || percentile !== undefined;
  if (!fits) {
    const judged = kind === 'number' ? 'its value' : 'avg or pN, such as p99';
    throw invalid(`${text}: of a ${kind} a gate judges ${judged}`);
  }
  return { metric, phase: null, aggregator, margins: usualMargins(metric) };
}

/** A metric of which one direction is worse. */
function metricOf(name: string): MetricName {
  const judged = Object.keys(metricTable).filter((metric) => worseSign(metric) !== null);
  if (judged.includes(name)) return name as MetricName;
  const what = Object.hasOwn(metricTable, name)
    ? 'is neither better nor worse for being more'
    : 'is no metric';
  throw invalid(`${name}: ${what}${didYouMean(name, judged)} (allowed: ${judged.join(', ')})`);
}

/** `FAIL`, `FAIL/WARN`, `FAIL/WARN/FLOOR`, of one metric `METRIC=...`. INVALID_CONFIG says which part is wrong. */
export function parseMargin(text: string): MarginOrder {
  const [, name, limits = ''] = /^(?:([^=]+)=)?(.*)$/s.exec(text) as RegExpExecArray;
  const [fail, warn, floor, ...more] = limits.split('/');
  if (more.length > 0) throw invalid(`${text}: FAIL, FAIL/WARN or FAIL/WARN/FLOOR`);
  const metric = name === undefined ? null : metricOf(name);
  const unit = metric === null ? '' : metricTable[metric].unit;
  const parts = {
    fail: shareOf(fail as string, text),
    ...(warn !== undefined && { warn: shareOf(warn, text) }),
    ...(floor !== undefined && { floor: floorOf(floor, unit, text) }),
  };
  if (parts.fail < 0 && floor !== undefined)
    throw invalid(`${text}: what has to become better has no floor below which it is no matter`);
  return { metric, parts: warn === undefined ? { ...parts, warn: warnOf(parts.fail) } : parts };
}

/** Of the margin at which it fails, what DEGRADED begins at when nobody says: 3 % for 10 %. */
const usualWarnShare = 0.3;

/** A goal that is half reached is missed. */
const warnOf = (fail: number): number => (fail < 0 ? fail : fail * usualWarnShare);

/** Below 0 it is a goal: so much better it has to be. */
function shareOf(text: string, margin: string): number {
  const share = /^-?\d+(\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : Number.NaN;
  if ((share > 0 && share <= 10) || (share < 0 && share > -1)) return share;
  throw invalid(`${margin}: ${quote(text)} is no share (allowed: above 0%, up to 1000%; -20% for 20 % less)`);
}

/** In the metric's own unit, which may be named; nobody knows the unit of a floor for all metrics. */
function floorOf(text: string, unit: string, margin: string): number {
  const [, number, given] = /^(\d+(?:\.\d+)?) ?(\S*)$/.exec(text) ?? [];
  if (number !== undefined && unit !== '' && (given === '' || given === unit)) return Number(number);
  const why =
    unit === '' ? 'a floor is of one metric: METRIC=FAIL/WARN/FLOOR' : `the floor is a number of ${unit}`;
  throw invalid(`${margin}: ${why}`);
}

/** What a gate judges and by which margins; the usual numbers where nobody asks for any. INVALID_CONFIG where that does not fit. */
export function gateRules({ primary, margin }: GateOrder): readonly GateRule[] {
  if (primary.length > mostPrimaries) {
    throw invalid(`${primary.length} metrics; with more than ${mostPrimaries} nobody could be sure of any`);
  }
  const twice = primary.find((one, at) => primary.findIndex((other) => sameNumber(one, other)) < at);
  if (twice !== undefined) throw invalid(`${twice.metric} ${twice.aggregator} is asked for twice`);
  const rules = (primary.length > 0 ? primary : usualRules).map((rule) => ({
    ...rule,
    margins: marginsOf(rule, margin),
  }));
  const upsideDown = rules.find(({ margins: { fail, warn } }) => warn > fail);
  if (upsideDown !== undefined)
    throw invalid(`${upsideDown.metric} would FAIL by less than it is DEGRADED by`);
  return rules;
}

/** What is said of one metric wins over what is said of all, in whatever order; what is said last over what is said before. */
function marginsOf({ metric, margins }: GateRule, orders: readonly MarginOrder[]): Margins {
  const ofAll = orders.filter((order) => order.metric === null);
  const own = orders.filter((order) => order.metric === metric);
  return Object.assign({}, margins, ...[...ofAll, ...own].map(({ parts }) => parts));
}

/** A margin for what is not judged; undefined where there is none. */
export function strayMargin(rules: readonly GateRule[], margin: readonly MarginOrder[]): string | undefined {
  const stray = margin.find(({ metric }) => metric !== null && rules.every((rule) => rule.metric !== metric));
  return stray?.metric ?? undefined;
}

function sameNumber(one: GateRule, other: GateRule): boolean {
  return one.metric === other.metric && one.aggregator === other.aggregator;
}
