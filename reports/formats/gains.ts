import { isInside } from '../bound.ts';
import { type Change, changePairs } from '../change.ts';
import { type MetricDefinition, metricTable } from '../metric-table.ts';
import type { ResultSet } from '../result-set.ts';
import { pairedRatio, type Spread, spreadOf } from '../statistics.ts';
import type { Bound } from '../threshold.ts';

/** What somebody expected to gain by changes, group by group. Printed with a result that has all of its scenarios. */
export interface GainTable {
  readonly title: string;
  readonly groups: readonly {
    readonly title: string;
    readonly expected: string | null;
    readonly rows: readonly (ExpectedGain | Unmeasurable)[];
  }[];
}

export interface ExpectedGain extends Change {
  readonly name: string;
  /** As it was written, and as far as it is a number: a factor at least, or what holds afterwards. Null: nothing was said of it. */
  readonly expected: {
    readonly text: string;
    readonly gain: number | null;
    readonly after: Bound | null;
  } | null;
}

export interface Unmeasurable {
  readonly name: string;
  /** Why nothing here can measure it. */
  readonly notMeasured: string;
}

export interface Gain extends Pick<ExpectedGain, 'name' | 'metric' | 'aggregator' | 'expected'> {
  /** Pairs of cells that show it. */
  readonly pairs: number;
  /** Medians over the pairs. */
  readonly before: number | null;
  readonly after: number | null;
  /** How many times better it is afterwards; below 1 it is worse. Null where a zero leaves no ratio. */
  readonly gain: Spread | null;
  readonly outcome: Outcome;
}

/**
 * `yes`, `no`: what was expected came true, or did not. Where no number was expected: `better`, `worse`, or `alike` when
 * the pairs disagree or hardly differ. `in doubt`: a cell says itself that its numbers may not be believed.
 */
export type Outcome = 'yes' | 'no' | 'better' | 'worse' | 'alike' | 'in doubt' | 'unmeasured';

export interface GainGroup {
  readonly title: string;
  readonly expected: string | null;
  readonly rows: readonly (Gain | Unmeasurable)[];
}

/** Smaller differences of single runs say nothing. */
const least = 1.1;

/** Null where the result lacks a scenario that the table is about. */
export function gainsOf(result: ResultSet, { groups }: GainTable): readonly GainGroup[] | null {
  const played = new Set(result.index.cells.map(({ scenario }) => scenario));
  const rows = groups.flatMap((group) => group.rows);
  if (!rows.every((row) => 'notMeasured' in row || played.has(row.scenario))) return null;
  return groups.map((group) => ({
    ...group,
    rows: group.rows.map((row) => ('notMeasured' in row ? row : gainOf(result, row))),
  }));
}

/** What one change gained, by all pairs of cells that show it. */
export function gainOf(result: ResultSet, row: ExpectedGain): Gain {
  const pairs = changePairs(result, row);
  const median = (values: readonly number[]): number | null => spreadOf(values)?.median ?? null;
  const higher = betterOf(row.metric) === 'higher';
  const ratio = pairedRatio(pairs.map(({ before, after }) => (higher ? [before, after] : [after, before])));
  const measured = {
    pairs: pairs.length,
    before: median(pairs.map(({ before }) => before)),
    after: median(pairs.map(({ after }) => after)),
    gain: ratio?.rounds ?? null,
  };
  const doubtful = pairs.some((pair) => pair.doubtful);
  const { name, metric, aggregator, expected } = row;
  const about = { name, metric, aggregator, expected };
  return { ...about, ...measured, outcome: doubtful ? 'in doubt' : outcomeOf(row, measured) };
}

function outcomeOf({ expected }: ExpectedGain, { after, gain }: Pick<Gain, 'after' | 'gain'>): Outcome {
  if (after === null) return 'unmeasured';
  if (expected?.after) return isInside(after, expected.after) ? 'yes' : 'no';
  if (gain === null) return 'unmeasured';
  if (expected?.gain) return gain.median >= expected.gain ? 'yes' : 'no';
  const disagree = gain.min < 1 && gain.max > 1;
  if (disagree || Math.abs(Math.log(gain.median)) < Math.log(least)) return 'alike';
  return gain.median > 1 ? 'better' : 'worse';
}

function betterOf(metric: string): MetricDefinition['better'] {
  return Object.hasOwn(metricTable, metric) ? metricTable[metric as keyof typeof metricTable].better : null;
}

/** What all the rows come to, in sentences that follow from them alone. */
export function gainFindings(groups: readonly GainGroup[]): readonly string[] {
  const rows = groups.flatMap((group) => group.rows);
  const gains = rows.filter((row): row is Gain => !('notMeasured' in row));
  const having = (...outcomes: readonly Outcome[]): readonly Gain[] =>
    gains.filter(({ outcome }) => outcomes.includes(outcome));
  const [yes, no, doubt] = [having('yes'), having('no'), having('in doubt')];
  const [better, alike, worse] = [having('better'), having('alike'), having('worse')];
  const missing = rows.length - gains.length + having('unmeasured').length;
  const names = (some: readonly Gain[]): string => some.map(({ name }) => name).join(', ');
  const listed = (what: string, some: readonly Gain[]): string[] =>
    some.length === 0 ? [] : [`${what}: ${names(some)}.`];
  return [
    `Of ${yes.length + no.length} expectations with a number ${yes.length} came true; of ${better.length + alike.length + worse.length} changes without one ${better.length} are better, ${alike.length} alike, ${worse.length} worse; ${doubt.length} in doubt, ${missing} not measured.`,
    ...listed('Did not come true', no),
    ...listed('Made it worse', worse),
    ...listed('In doubt, by what their cells say of themselves', doubt),
  ];
}
