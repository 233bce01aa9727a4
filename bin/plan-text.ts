import type { FaultOrder } from '../chaos/timeline.ts';
import { foldParts, foldText } from '../reports/formats/fold.ts';
import { estimatedMs, plannedMs } from '../scenarios/run/plan-cells.ts';
import type { Cell, Scenario } from '../scenarios/scenario.ts';
import { outputWidth } from './fold-rows.ts';
import type { Doubts } from './plan-doubts.ts';
import { describeSearch } from './search/plan-text.ts';

/** A scenario in a log or a progress line, with the values that set it apart from others of its file. */
export function titleOf({ name, parameters = {} }: Pick<Scenario, 'name' | 'parameters'>): string {
  return [name, ...Object.entries(parameters).map(([field, value]) => `${field}=${value}`)].join(' ');
}

/** A cell in a progress line; the round only where there are several. */
export function placeOf({ scenario, stack, iteration }: Cell, rounds: number): string {
  return `${titleOf(scenario)} ${stack.name}${rounds > 1 ? ` round ${iteration}` : ''}`;
}

/** A cell in a log. */
export function nameOf({ scenario, stack, iteration }: Cell): string {
  return `${titleOf(scenario)} on ${stack.name}${iteration > 1 ? ` #${iteration}` : ''}`;
}

/** What `--plan` prints: the cells in their order, what their stacks cannot do, and about how long they take. */
export function describePlan(
  cells: readonly Cell[],
  seed: number,
  doubts: ReadonlyMap<Cell, Doubts> = new Map(),
): string {
  const titles = cells.map(({ scenario }) => titleOf(scenario));
  const width = Math.max(16, ...titles.map((title) => title.length));
  const lines = cells.map((cell, index) => {
    const { scenario, stack, iteration, seed: own } = cell;
    const phases = scenario.workload.phases.map(({ name, forMs }) => `${name} ${forMs / 1000} s`).join(', ');
    const head = `${titles[index]?.padEnd(width)} ${stack.name.padEnd(18)} #${iteration}   seed ${own}`;
    const line = foldParts([head, phases], outputWidth(), '   ').join('\n  ');
    const { faults = [], random, search } = scenario;
    const none =
      random !== undefined && faults.length === 0 ? ['this seed draws no fault in so short a load'] : [];
    const searched = search === undefined ? [] : [describeSearch(search)];
    const doubt = doubts.get(cell);
    const unfit = doubt?.cell ? [`UNSUPPORTED: ${doubt.cell}`] : [];
    const timeline = faults.map((fault) => describeFault(fault, doubt?.fault(fault) ?? null));
    return [line, ...[...unfit, ...searched, ...timeline, ...none].map(beneath)].join('\n');
  });
  const load = Math.ceil(sum(cells, plannedMs) / 1000);
  const all = Math.ceil(sum(cells, estimatedMs) / 1000);
  const most = cells.some(({ scenario }) => scenario.search !== undefined) ? 'at most ' : '';
  const time = `${most}about ${all} s: ${load} s of load, and starting and draining`;
  return `seed ${seed}, ${countedText(cells)}, ${time}\n${lines.join('\n')}\n`;
}

/** `3 cells and 1 search` */
function countedText(cells: readonly Cell[]): string {
  const searches = cells.filter(({ scenario }) => scenario.search !== undefined).length;
  const alone = cells.length - searches;
  return [
    ...(alone > 0 || searches === 0 ? [`${alone} ${alone === 1 ? 'cell' : 'cells'}`] : []),
    ...(searches > 0 ? [`${searches} ${searches === 1 ? 'search' : 'searches'}`] : []),
  ].join(' and ');
}

/** A fault on its timeline, with its target and how it is tuned, and why it cannot be done. */
function describeFault(
  { atMs, forMs, fault, on, direction, options }: FaultOrder,
  reason: string | null,
): string {
  const span = forMs === null ? '' : ` for ${forMs / 1000} s`;
  const way = direction === 'both' ? '' : ` ${direction}`;
  const tuned = Object.entries(options).map(([name, value]) => ` ${name}=${value}`);
  return `at ${atMs / 1000} s${span}: ${fault} on ${on}${way}${tuned.join('')}${reason === null ? '' : ` - UNSUPPORTED: ${reason}`}`;
}

/** What is told of a cell, under its line. */
function beneath(text: string): string {
  const margin = '  ';
  return foldText(text, outputWidth() - margin.length, 4)
    .map((line) => margin + line)
    .join('\n');
}

function sum(cells: readonly Cell[], of: (cell: Cell) => number): number {
  return cells.reduce((total, cell) => total + of(cell), 0);
}
