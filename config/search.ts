import { messageOf } from '../core/error.ts';
import type { Scenario, Search } from '../scenarios/scenario.ts';
import { checkConsistency, reportIn } from './consistency.ts';
import { invalid } from './invalid.ts';
import type { Problems } from './problems.ts';
import type { ScenarioFile, SearchFile, SweepFile } from './scenario-file.ts';
import { type MappingNode, nearestTo, type Path, pathText } from './tree.ts';
import { parsePercent } from './units.ts';
import { atValue, parseBetween, parseValue, perAgentIn, stepsBetween } from './vary.ts';

type Report = (path: Path, what: string) => void;

/** The scenario with its search, or at each value of its sweep; at all of them it has to be sound, of a search at both ends. */
export function playedAs(
  scenario: Scenario,
  file: ScenarioFile,
  tree: MappingNode,
  problems: Problems,
): readonly Scenario[] {
  checkVaried(file, scenario, reportIn(tree, problems));
  const search = resolveSearch(file, tree, problems);
  const values = search === null ? resolveSweep(file, tree, problems) : [search.from, search.to];
  const { vary } = file.search ?? file.sweep ?? {};
  const perAgent = perAgentIn(file.workload);
  const played =
    vary === undefined || values.length === 0
      ? [scenario]
      : values.map((value): Scenario => ({ ...atValue(scenario, vary, value, perAgent), swept: vary }));
  for (const one of played) checkConsistency(one, tree, problems);
  return search === null ? played : [{ ...scenario, search }];
}

/** What is to be searched for; null where there is nothing to, or what is written cannot be read. */
function resolveSearch(file: ScenarioFile, tree: MappingNode, problems: Problems): Search | null {
  const { search, workload } = file;
  if (search === undefined) return null;
  const read = reading(tree, problems);
  const { vary, probes } = search;
  const range = read(['search', 'between'], () => parseBetween(search.between, vary));
  const within = read(['search', 'within'], () => shareWithin(search.within, 0.5, 50));
  const confidence = read(['search', 'confidence'], () => shareWithin(search.confidence, 0, 99.9));
  if (range === null || within === null || confidence === null) return null;
  const [from, to] = range;
  return { vary, from, to, within, confidence, probes, perAgent: perAgentIn(workload) };
}

/** The values that are swept; none where nothing is, or what is written cannot be read. */
function resolveSweep({ sweep }: ScenarioFile, tree: MappingNode, problems: Problems): readonly number[] {
  if (sweep === undefined) return [];
  const { vary, over, between, steps } = sweep;
  const read = reading(tree, problems);
  if (over !== undefined) {
    if (between !== undefined || steps !== undefined)
      read(['sweep', 'over'], () => refuse('stands alone: it takes neither between nor steps'));
    const values = over.map((value, at) =>
      read(['sweep', 'over', at], () => parseValue(String(value), vary)),
    );
    return values.flatMap((value) => value ?? []).sort((left, right) => left - right);
  }
  if (between === undefined || steps === undefined) {
    read(['sweep'], () => refuse('says no values (allowed: over, or between with steps)'));
    return [];
  }
  const range = read(['sweep', 'between'], () => parseBetween(between, vary));
  return range === null ? [] : stepsBetween(...range, steps, vary);
}

/** What no single field can show: whether there is something to vary, and something that can break. */
function checkVaried(file: ScenarioFile, scenario: Scenario, report: Report): void {
  const { search, sweep } = file;
  if (search !== undefined && sweep !== undefined) report(['sweep'], 'and search exclude each other');
  for (const [key, varied] of [
    ['search', search],
    ['sweep', sweep],
  ] as const) {
    if (varied === undefined) continue;
    const path = [key, 'vary'];
    const missing = missingFor(varied, scenario);
    if (missing !== null) report(path, missing);
  }
  if (search !== undefined && file.leaks !== undefined)
    report(
      ['leaks'],
      'takes processes of its own for every probe of a search: a scenario without one is for it',
    );
  const breaks = scenario.thresholds.some(({ pass }) => pass.length > 0) || scenario.checks.length > 0;
  if (search !== undefined && !breaks)
    report(['search', 'until'], 'needs a pass bound or a check: nothing could break');
}

function missingFor(
  { vary }: SearchFile | SweepFile,
  { workload, stacks, parameters = {} }: Scenario,
): string | null {
  if (Object.hasOwn(parameters, vary)) return `${vary} lists several values in the workload already`;
  if (vary === 'swarms' && workload.swarms === null) return 'swarms are varied where the workload has some';
  if (vary === 'concurrency' && workload.arrivals !== 'closed') return 'concurrency is of arrivals: closed';
  if (vary === 'events' && workload.arrivals === 'closed')
    return 'events has no rate with arrivals: closed (allowed: concurrency)';
  const poolless = stacks.find((name) => !/(^|\+)postgres$/.test(name));
  if (vary === 'connections' && poolless !== undefined)
    return `connections are of storage postgres, and ${poolless} has none`;
  return null;
}

/** Reads a field, or notes at its place why it cannot be. */
function reading(tree: MappingNode, problems: Problems) {
  return <T>(path: Path, parse: () => T): T | null => {
    try {
      return parse();
    } catch (error) {
      problems.add(nearestTo(tree, path).at, pathText(path), messageOf(error));
      return null;
    }
  };
}

function shareWithin(text: string, least: number, most: number): number {
  const percent = parsePercent(text);
  if (percent >= least && percent <= most) return percent / 100;
  throw invalid(`must be from ${least} to ${most} % (got ${text})`);
}

function refuse(what: string): never {
  throw invalid(what);
}
