import { isInside } from '../bound.ts';
import { valueIn } from '../compare.ts';
import { numberText } from '../formats/number-text.ts';
import { isDoubtful } from '../verdict.ts';
import { type Datum, measured, unmeasured } from './document.ts';
import {
  cellName,
  type Evidence,
  groupedBy,
  numberOf,
  type Played,
  shownNumber,
  sourceOf,
  stacksOf,
  subject,
  withoutProbesOf,
  workloadOf,
} from './evidence.ts';
import { hasRecovered } from './harm.ts';
import { currentLimitOf, limitsOf } from './limits.ts';
import { loadTestsOf } from './load-tests.ts';
import type { Goal, QuarterlyOptions } from './options.ts';

/** Where a goal stands on one stack, or over all. */
export interface Standing {
  readonly goal: Goal;
  readonly stack: string;
  readonly current: Datum;
  /** Null: nothing says. */
  readonly met: boolean | null;
}

/** `not known`: it was measured, and does not tell. */
export const standingText = ({ current, met }: Standing): string => {
  if (current.kind !== 'measured') return 'not measured';
  return met === null ? 'not known' : met ? 'met' : 'not met';
};

/** Every goal on every stack that says something of it; one that says that nothing does, where none does. */
export function standingsOf(evidence: Evidence, { goals, history }: QuarterlyOptions): readonly Standing[] {
  return goals.flatMap((goal) => {
    const found = standingOf(goal, evidence, history);
    return found.length > 0 ? found : [{ goal, stack: '', current: unmeasured(), met: null }];
  });
}

function standingOf(
  goal: Goal,
  evidence: Evidence,
  history: QuarterlyOptions['history'],
): readonly Standing[] {
  switch (goal.of) {
    case 'agents':
    case 'events':
      return limitStandings(goal, goal.of, evidence);
    case 'spawn':
      return largestPassed(evidence).map((one) =>
        ofRun(goal, [one], 'spawn_ms', 'avg', `${workloadOf(one, 'agents')} agents`),
      );
    case 'availability':
      return soaked(evidence).map((runs) => ofRun(goal, runs, 'availability_pct', 'value'));
    case 'recovery':
      return recoveryStanding(goal, evidence);
    case 'cost':
      return largestPassed(evidence).map((one) => costStanding(goal, one, history));
  }
}

function limitStandings(goal: Goal, vary: 'agents' | 'events', evidence: Evidence): readonly Standing[] {
  const finding = { name: goal.name, vary, metric: null, aggregator: 'value', target: '' } as const;
  return limitsOf(evidence, vary).map((limit) => {
    const known = limit.searches.map(({ answer }) => answer);
    const least = Math.min(...known.map(({ limit: value }) => value ?? 0));
    const inside = isInside(least, goal.target);
    // More may be possible where it was not the stack that ended the search.
    const ended = known.every(({ edge }) => edge === 'stack' || edge === 'below');
    return {
      goal,
      stack: limit.stack,
      current: currentLimitOf(limit, finding),
      met: inside || ended ? inside : null,
    };
  });
}

/** Of each stack the load test with the most agents that has passed. */
export function largestPassed(evidence: Evidence): readonly Played[] {
  const passed = loadTestsOf(evidence).filter(({ record }) => record.verdict === 'PASS');
  const agents = (one: Played): number => Number(workloadOf(one, 'agents') ?? 0);
  return stacksOf(passed).map((stack) =>
    passed
      .filter(({ cell }) => cell.stack === stack)
      .reduce((most, one) => (agents(one) >= agents(most) ? one : most)),
  );
}

function ofRun(
  goal: Goal,
  runs: readonly Played[],
  metric: string,
  aggregator: string,
  where?: string,
): Standing {
  const values = runs.flatMap(({ record }) => valueIn(record, subject(metric, aggregator)) ?? []);
  const doubtful = runs.some(({ record }) => isDoubtful(record));
  const current = numberOf(runs, subject(metric, aggregator));
  const told =
    current.kind === 'measured' && where !== undefined
      ? { ...current, text: `${current.text} with ${where}` }
      : current;
  return {
    goal,
    stack: runs[0]?.cell.stack ?? '',
    current: told,
    met: values.length === 0 || doubtful ? null : values.every((value) => isInside(value, goal.target)),
  };
}

/** Availability is judged over a soak: 99.9 % leaves a minute only 60 ms. */
function soaked(evidence: Evidence): readonly (readonly Played[])[] {
  const runs = withoutProbesOf(evidence).filter(({ record }) =>
    record.checks.some(({ check }) => check === 'no-leak'),
  );
  return [...groupedBy(runs, ({ cell }) => cell.stack).values()];
}

/** The worst of all runs with faults, after the heal. One that was not seen to recover at all is worse than any that was. */
function recoveryStanding(goal: Goal, evidence: Evidence): readonly Standing[] {
  const faulted = withoutProbesOf(evidence).filter(({ record }) => record.faults.length > 0);
  const seen = faulted.flatMap((one) => {
    const value = valueIn(one.record, subject('heal_recovery_ms'));
    return value === null ? [] : [{ one, value }];
  });
  const never = faulted.filter(({ record }) => record.verdict !== 'INCONCLUSIVE' && !hasRecovered(record));
  if (seen.length + never.length === 0) return [];
  const most = Math.max(...seen.map(({ value }) => value));
  const slowest = seen.filter(({ value }) => value === most).map(({ one }) => one);
  const told = [
    ...(seen.length === 0 ? [] : [`${shownNumber(most, 'ms')} at most, in ${seen.length} runs`]),
    ...(never.length === 0
      ? []
      : [`no recovery seen: ${never.map(({ cell }) => cellName(cell)).join(', ')}`]),
  ];
  const rule = `heal_recovery_ms, the longest of ${seen.length} runs with faults, and runs without one`;
  const current = measured(
    told.join('; '),
    [...slowest, ...never].map((one) => sourceOf(one, rule)),
  );
  return [{ goal, stack: 'all', current, met: never.length === 0 && isInside(most, goal.target) }];
}

/** What a million events cost, in CPU seconds; the goal is of its change since the results that were saved before. */
function costStanding(goal: Goal, one: Played, history: QuarterlyOptions['history']): Standing {
  const of = subject('cpu_s_per_million_events');
  const now = valueIn(one.record, of);
  const before = now === null ? null : costBefore(one, history);
  const stack = one.cell.stack;
  if (now === null) return { goal, stack, current: unmeasured(), met: null };
  const change = before === null ? null : 100 * (1 - now / before);
  const since =
    change === null
      ? 'nothing before it to compare with'
      : `${numberText(change, '%')} % less than ${history?.previous?.quarter}`;
  const source = sourceOf(one, 'cpu_s_per_million_events of the cell process');
  const current = measured(`${numberText(now, 's')} CPU s a million events, ${since}`, [source]);
  return { goal, stack, current, met: change === null ? null : isInside(change, goal.target) };
}

/** The same cell on the same machine, as it was. */
function costBefore({ cell, record }: Played, history: QuarterlyOptions['history']): number | null {
  const earlier = history?.previous?.result.records.find(
    (each) =>
      each?.scenario === cell.scenario &&
      each.stack === cell.stack &&
      each.environment['fingerprint'] === record.environment['fingerprint'],
  );
  return earlier ? valueIn(earlier, subject('cpu_s_per_million_events')) : null;
}
