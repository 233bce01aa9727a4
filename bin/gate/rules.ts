import { didYouMean } from '../../config/did-you-mean.ts';
import { TestbedError } from '../../core/error.ts';
import {
  type GateRule,
  type Margins,
  mostPrimaries,
  usualMargins,
  usualRules,
  worseSign,
} from '../../reports/gate/rule.ts';
import { type MetricName, metricTable } from '../../reports/metric-table.ts';
import type { Flag, Flags } from '../command.ts';

export const ruleFlags: readonly Flag[] = [
  {
    name: 'primary',
    value: 'METRIC',
    list: true,
    what: `what is judged, at most ${mostPrimaries}: METRIC, METRIC:avg, METRIC:p99; default event_delivery_ms (avg, p99), publish_ms, spawn_ms, events_per_s`,
  },
  {
    name: 'margin',
    value: 'MARGIN',
    list: true,
    what: 'how much worse is too much: FAIL, FAIL/WARN or FAIL/WARN/FLOOR, for one metric as METRIC=...; default 10%/3%, floor 1 ms or 1 MB; -20% is a goal: it has to be 20 % better',
  },
];

/** What a gate judges, by its flags. INVALID_CONFIG names the flag and what is allowed. */
export function rulesOf(flags: Flags): { readonly rules: readonly GateRule[]; readonly named: boolean } {
  const primaries = flags.list('primary').map(primaryOf);
  const named = primaries.length > 0;
  if (primaries.length > mostPrimaries) {
    throw wrong(
      `--primary: ${primaries.length} metrics; with more than ${mostPrimaries} nobody could be sure of any`,
    );
  }
  const twice = primaries.find((one, at) => primaries.findIndex((other) => sameNumber(one, other)) < at);
  if (twice !== undefined) throw wrong(`--primary: ${twice.metric} ${twice.aggregator} is asked for twice`);
  const margins = flags.list('margin').map(marginOf);
  const rules = (named ? primaries : usualRules).map((rule) => ({
    ...rule,
    margins: margins
      .filter(({ metric }) => metric === null || metric === rule.metric)
      // What is said of one metric wins over what is said of all, in whatever order.
      .sort((left, right) => Number(left.metric !== null) - Number(right.metric !== null))
      .reduce<Margins>((whole, { parts }) => Object.assign(whole, parts), { ...rule.margins }),
  }));
  const stray = margins.find(
    ({ metric }) => metric !== null && rules.every((rule) => rule.metric !== metric),
  );
  if (stray !== undefined)
    throw wrong(`--margin ${stray.metric}: is not judged; --primary ${stray.metric} asks for it`);
  for (const {
    metric,
    margins: { fail, warn },
  } of rules) {
    if (warn > fail) throw wrong(`--margin: ${metric} would FAIL by less than it is DEGRADED by`);
  }
  return { rules, named };
}

function sameNumber(one: GateRule, other: GateRule): boolean {
  return one.metric === other.metric && one.aggregator === other.aggregator;
}

function primaryOf(text: string): GateRule {
  const [name = '', given] = text.split(':');
  const metric = metricOf('--primary', name);
  const { kind } = metricTable[metric];
  const [, percentile] = /^p(\d{1,2}(?:\.\d+)?)$/.exec(given ?? '') ?? [];
  const aggregator =
    percentile === undefined ? (given ?? (kind === 'number' ? 'value' : 'avg')) : `p(${percentile})`;
  const fits = kind === 'number' ? aggregator === 'value' : aggregator === 'avg' || percentile !== undefined;
  if (!fits)
    throw wrong(
      `--primary ${text}: of a ${kind} a gate judges ${kind === 'number' ? 'its value' : 'avg or pN, such as p99'}`,
    );
  return { metric, phase: null, aggregator, margins: usualMargins(metric) };
}

/** A metric of which one direction is worse. */
function metricOf(flag: string, name: string): MetricName {
  const judged = Object.keys(metricTable).filter((metric) => worseSign(metric) !== null);
  if (judged.includes(name)) return name as MetricName;
  const what = Object.hasOwn(metricTable, name)
    ? 'is neither better nor worse for being more'
    : 'is no metric';
  throw wrong(`${flag} ${name}: ${what}${didYouMean(name, judged)} (allowed: ${judged.join(', ')})`);
}

function marginOf(text: string): { readonly metric: MetricName | null; readonly parts: Partial<Margins> } {
  const [, name, limits = ''] = /^(?:([^=]+)=)?(.*)$/.exec(text) as RegExpExecArray;
  const [fail, warn, floor, ...more] = limits.split('/');
  if (more.length > 0) throw wrong(`--margin ${text}: FAIL, FAIL/WARN or FAIL/WARN/FLOOR`);
  const metric = name === undefined ? null : metricOf('--margin', name);
  const unit = metric === null ? '' : metricTable[metric].unit;
  const parts = {
    fail: shareOf(fail as string, text),
    ...(warn !== undefined && { warn: shareOf(warn, text) }),
    ...(floor !== undefined && { floor: floorOf(floor, unit, text) }),
  };
  if (parts.fail < 0 && floor !== undefined)
    throw wrong(`--margin ${text}: what has to become better has no floor below which it is no matter`);
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
  throw wrong(
    `--margin ${margin}: "${text}" is no share (allowed: above 0%, up to 1000%; -20% for 20 % less)`,
  );
}

/** In the metric's own unit, which may be named; nobody knows the unit of a floor for all metrics. */
function floorOf(text: string, unit: string, margin: string): number {
  const [, number, given] = /^(\d+(?:\.\d+)?) ?(\S*)$/.exec(text) ?? [];
  if (number !== undefined && unit !== '' && (given === '' || given === unit)) return Number(number);
  const why =
    unit === '' ? 'a floor is of one metric: METRIC=FAIL/WARN/FLOOR' : `the floor is a number of ${unit}`;
  throw wrong(`--margin ${margin}: ${why}`);
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
