import { gateRules, parseMargin, parsePrimary, strayMargin } from '../../config/gate.ts';
import { messageOf, TestbedError } from '../../core/error.ts';
import { type GateOrder, type GateRule, mostPrimaries } from '../../reports/gate/rule.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import type { Flag, Flags } from '../command.ts';

export const ruleFlags: readonly Flag[] = [
  {
    name: 'primary',
    value: 'METRIC',
    list: true,
    what: `what is judged, at most ${mostPrimaries}: METRIC, METRIC:avg, METRIC:p99; default what the scenario says, or event_delivery_ms (avg, p99), publish_ms, spawn_ms, events_per_s`,
  },
  {
    name: 'margin',
    value: 'MARGIN',
    list: true,
    what: 'how much worse is too much: FAIL, FAIL/WARN or FAIL/WARN/FLOOR, for one metric as METRIC=...; default 10%/3%, floor 1 ms or 1 MB; -20% is a goal: it has to be 20 % better',
  },
];

/** A scenario, and what it says itself of what a gate judges of it. */
interface Declaring {
  readonly name: string;
  readonly gate?: GateOrder | undefined;
}

/**
 * What a gate judges, by its flags and over what its scenarios say themselves. INVALID_CONFIG names the flag and what is
 * allowed, or scenarios that do not agree.
 */
export function rulesOf(
  flags: Flags,
  scenarios: readonly Declaring[],
): { readonly rules: readonly GateRule[]; readonly named: boolean } {
  const asked = flags.list('primary').map((text) => within('--primary ', () => parsePrimary(text)));
  const margin = flags.list('margin').map((text) => within('--margin ', () => parseMargin(text)));
  const own = asked.length > 0 ? nothing : declaredIn(scenarios);
  const primary = asked.length > 0 ? asked : own.primary;
  within('--primary: ', () => gateRules({ primary, margin: own.margin }));
  const rules = within('--margin: ', () => gateRules({ primary, margin: [...own.margin, ...margin] }));
  const stray = strayMargin(rules, margin);
  if (stray !== undefined) throw wrong(`--margin ${stray}: is not judged; --primary ${stray} asks for it`);
  return { rules, named: primary.length > 0 };
}

const nothing: GateOrder = { primary: [], margin: [] };

/** The scenarios of results, with what they said when they were played. */
export function scenariosIn(results: readonly ResultSet[]): readonly Declaring[] {
  return results.flatMap(({ directory, index: { cells, gates } }) =>
    [...new Set(cells.map(({ scenario }) => scenario))].map((name) => ({
      name: `${name} in ${directory}`,
      gate: gates?.[name],
    })),
  );
}

/** All rows of a gate are judged together, so that all scenarios have to ask for the same. */
function declaredIn(scenarios: readonly Declaring[]): GateOrder {
  const [first, ...others] = scenarios;
  const text = ({ gate = nothing }: Declaring): string => JSON.stringify(gate);
  const other = first && others.find((scenario) => text(scenario) !== text(first));
  if (first === undefined || other === undefined) return first?.gate ?? nothing;
  throw wrong(
    `${first.name} and ${other.name} do not say the same of what a gate judges: take each by itself, or say it with --primary`,
  );
}

/** What is wrong is told after the flag that it was found in. */
function within<T>(flag: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw wrong(`${flag}${messageOf(error)}`);
  }
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
