import { playable, type Variable, valueText, variables } from '../reports/search/plan.ts';
import type { PerAgent, Scenario, Workload } from '../scenarios/scenario.ts';
import { invalid, quote } from './invalid.ts';
import type { WorkloadFile } from './scenario-file.ts';
import { parseRate, rateUnits } from './units.ts';

const prefixes = { '': 1, k: 1e3, M: 1e6 } as const;

/** `10k/s`, `600/min` of a rate, `50` of all else -> a value that can be played. INVALID_CONFIG says what is allowed. */
export function parseValue(text: string, vary: Variable): number {
  const isRate = variables[vary] !== '';
  const [, digits, prefix = '', unit = ''] =
    /^([0-9]{1,12}(?:\.[0-9]{1,9})?)([kM]?)(?: ?(\/ ?[a-z]+))?$/.exec(text.trim()) ?? [];
  const units: { readonly [unit: string]: number } = isRate ? rateUnits : { '': 1 };
  const factor = units[unit.replace(' ', '')];
  if (digits === undefined || factor === undefined) {
    throw invalid(
      `${quote(text)} is no value of ${vary} (allowed: ${isRate ? 'such as 100/s, 10k/s or 1M/s' : 'a whole number, such as 50 or 10k'})`,
    );
  }
  const value = Number(digits) * prefixes[prefix as keyof typeof prefixes] * factor;
  if (!(value > 0) || (!isRate && !Number.isInteger(value))) {
    throw invalid(
      `${quote(text)}: ${vary} is varied in ${isRate ? 'rates above 0/s' : 'whole numbers from 1'}`,
    );
  }
  return playable(vary, value);
}

/** `100/s..1M/s` -> from and to. */
export function parseBetween(text: string, vary: Variable): readonly [from: number, to: number] {
  const [low = '', high = ''] = text.split('..');
  const [from, to] = [parseValue(low, vary), parseValue(high, vary)];
  if (from < to) return [from, to];
  throw invalid(`${quote(text)}: the second value is not above the first`);
}

/** So many values, each about the same factor above the one before: between the ends two digits will do. */
export function stepsBetween(from: number, to: number, steps: number, vary: Variable): readonly number[] {
  const inner = Array.from({ length: steps - 2 }, (_, at) => {
    const exactly = from * (to / from) ** ((at + 1) / (steps - 1));
    return playable(vary, Number(exactly.toPrecision(2)));
  });
  return [...new Set([from, ...inner, to])];
}

const rateFields = ['events', 'messages', 'transitions', 'reads'] as const;

/** The rates that are written for each agent. */
export function perAgentIn(workload: WorkloadFile): PerAgent {
  const rates = rateFields.map((field) => [`${field}PerS`, parseRate(workload[field])] as const);
  return Object.fromEntries(
    rates.filter(([, { perAgent }]) => perAgent).map(([field, { perS }]) => [field, perS]),
  );
}

/** The scenario with one value changed, and what follows from it; the value is one of its parameters. */
export function atValue(scenario: Scenario, vary: Variable, value: number, perAgent: PerAgent): Scenario {
  const { workload, options, parameters } = scenario;
  const changed = { ...scenario, parameters: { ...parameters, [vary]: valueText(vary, value) } };
  if (vary !== 'connections')
    return { ...changed, workload: { ...workload, ...changes(workload, vary, value, perAgent) } };
  const { bus = {}, storage = {} } = options ?? {};
  const { postgres } = storage;
  const own = typeof postgres === 'object' ? postgres : {};
  return { ...changed, options: { bus, storage: { ...storage, postgres: { ...own, pool: value } } } };
}

function changes(
  workload: Workload,
  vary: Exclude<Variable, 'connections'>,
  value: number,
  perAgent: PerAgent,
): Partial<Workload> {
  switch (vary) {
    case 'agents': {
      const rates = Object.entries(perAgent).map(([field, perS]) => [field, perS * value]);
      return { agents: value, ...Object.fromEntries(rates) };
    }
    case 'subscribers':
      return { subscribers: { ...workload.subscribers, count: value } };
    case 'swarms':
      return { swarms: { strategies: ['parallel'], ...workload.swarms, min: value, max: value } };
    case 'writers':
    case 'concurrency':
      return { [vary]: value };
    default:
      return { [`${vary}PerS`]: value };
  }
}
