import type { Bound, Threshold } from '../../../reports/threshold.ts';
import { type RatePiece, RateProfile } from '../../load/rate.ts';
import type { Phase, Workload } from '../../scenario.ts';

/** What k6 does in our place: publishes events, and looks at the state. Each is a scenario of k6's own. */
export const k6Kinds = ['events', 'reads'] as const;
export type K6Kind = (typeof k6Kinds)[number];

/** A scenario as k6 knows it, by an executor of the open model. */
export interface K6Scenario {
  readonly executor: 'constant-arrival-rate' | 'ramping-arrival-rate';
  readonly exec?: string;
  readonly timeUnit: string;
  readonly rate?: number;
  readonly duration?: string;
  readonly startRate?: number;
  readonly stages?: readonly { readonly target: number; readonly duration: string }[];
  readonly preAllocatedVUs: number;
  readonly maxVUs: number;
  readonly gracefulStop: string;
}

export interface K6Options {
  readonly scenarios: { readonly [name: string]: K6Scenario };
  readonly thresholds: { readonly [metric: string]: readonly string[] };
  readonly systemTags: readonly string[];
  readonly discardResponseBodies: boolean;
  readonly setupTimeout: string;
}

/** A virtual user has a JavaScript engine of its own: more than so many fit no machine that measures anything beside them. */
const mostUsers = 1000;
/** The time that a request may take before k6 has to make users while it measures. */
const foreseenS = 0.1;
/** k6 has whole rates only: one that is not whole in a second may be so in a longer time. */
const timeUnits = [1, 10, 100, 1000] as const;

/** How many users k6 may have at the most for one kind of operation: as many as may be under way. */
export function usersOf({ inFlight }: Pick<Workload, 'inFlight'>): number {
  return Math.min(inFlight, mostUsers);
}

/** The rates of a kind over some phases, operations a second. */
export function ratesOf(kind: K6Kind, workload: Workload, phases: readonly Phase[]): readonly RatePiece[] {
  const perS = kind === 'events' ? workload.eventsPerS : (workload.readsPerS ?? 0);
  return phases.map(({ forMs, rateFrom, rateTo }) => ({
    forMs,
    fromPerS: perS * rateFrom,
    toPerS: perS * rateTo,
  }));
}

/** The options by which k6 plays these phases as the scenario says. A kind of which nothing is due is left out. */
export function k6OptionsOf(
  workload: Workload,
  phases: readonly Phase[],
  thresholds: readonly Threshold[],
): K6Options {
  const scenarios: { [name: string]: K6Scenario } = {};
  for (const kind of k6Kinds) {
    const pieces = ratesOf(kind, workload, phases);
    if (new RateProfile(pieces).total > 0) scenarios[kind] = { ...scenarioOf(pieces, workload), exec: kind };
  }
  return {
    scenarios,
    thresholds: k6Thresholds(thresholds),
    systemTags: ['status', 'error_code', 'scenario'],
    discardResponseBodies: true,
    // How long it may wait for its sign.
    setupTimeout: '10m',
  };
}

function scenarioOf(pieces: readonly RatePiece[], workload: Workload): K6Scenario {
  const unitS = timeUnitOf(pieces);
  const times = (perS: number): number => Math.round(perS * unitS);
  const peakPerS = Math.max(...pieces.flatMap(({ fromPerS, toPerS }) => [fromPerS, toPerS]));
  const maxVUs = usersOf(workload);
  const users = {
    timeUnit: `${unitS}s`,
    preAllocatedVUs: Math.min(maxVUs, Math.max(1, Math.ceil(peakPerS * foreseenS))),
    maxVUs,
    gracefulStop: `${workload.deadlineMs}ms`,
  };
  const [first] = pieces as readonly [RatePiece];
  const isFlat = pieces.every(({ fromPerS, toPerS }) => fromPerS === first.fromPerS && toPerS === fromPerS);
  if (isFlat) {
    const duration = `${pieces.reduce((sum, { forMs }) => sum + forMs, 0)}ms`;
    return { executor: 'constant-arrival-rate', rate: times(first.fromPerS), duration, ...users };
  }
  const stages = pieces.flatMap(({ forMs, fromPerS, toPerS }, index) => {
    const isJump = index > 0 && pieces[index - 1]?.toPerS !== fromPerS;
    return [
      ...(isJump ? [{ target: times(fromPerS), duration: '0s' }] : []),
      { target: times(toPerS), duration: `${forMs}ms` },
    ];
  });
  return { executor: 'ramping-arrival-rate', startRate: times(first.fromPerS), stages, ...users };
}

/** The shortest time in which all rates are whole; they are rounded where there is none. */
function timeUnitOf(pieces: readonly RatePiece[]): number {
  const rates = pieces.flatMap(({ fromPerS, toPerS }) => [fromPerS, toPerS]);
  const isWhole = (value: number): boolean => Math.abs(value - Math.round(value)) < 1e-6;
  return (
    timeUnits.find((unit) => rates.every((perS) => isWhole(perS * unit))) ?? (timeUnits.at(-1) as number)
  );
}

/** What k6 measures of what is ours, by our names. */
const counterparts: { readonly [metric: string]: string } = {
  publish_ms: 'http_req_duration{kind:events}',
  read_ms: 'testbed_read_ms',
};

/**
 * Bounds that k6 can hold by itself, over all phases. It is ours that are judged: k6 has none that is inconclusive, and lets
 * one pass that nothing was measured for.
 */
function k6Thresholds(thresholds: readonly Threshold[]): K6Options['thresholds'] {
  const held: { [metric: string]: readonly string[] } = { dropped_iterations: ['count<1'] };
  for (const { metric, phase, pass } of thresholds) {
    const name = counterparts[metric];
    const rules = pass.flatMap(ruleOf);
    if (name === undefined || phase !== null || rules.length === 0) continue;
    held[name] = rules;
  }
  return held;
}

function ruleOf({ aggregator, percentile, operator, limit }: Bound): readonly string[] {
  if (aggregator === 'p') return [`p(${percentile})${operator}${limit}`];
  return ['avg', 'min', 'max'].includes(aggregator) ? [`${aggregator}${operator}${limit}`] : [];
}
