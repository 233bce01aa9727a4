import { TestbedError } from '../../core/error.ts';
import { titleOf } from '../plan-text.ts';
import type { PlanFile, PlannedCell } from './plan-file.ts';

/** More than this many at once help nobody. */
const shown = 5;

/**
 * Refuses to go on with what has changed since: numbers of two machines, versions or scenarios do not belong into one
 * result. What is asked for beyond the earlier plan may be played; what is asked for no more may not be left lying.
 * INVALID_CONFIG says what differs.
 */
export function refuseChanges(folder: string, before: PlanFile, after: PlanFile): void {
  const found = [
    ...changed('testbed', before.testbed, after.testbed),
    ...changed('machine', before.machine, after.machine),
    ...changed('given servers', before.given, after.given),
    ...changed('seed', before.seed, after.seed),
    ...changed('reference', before.reference, after.reference),
    ...cellChanges(before, after),
  ];
  const distinct = [...new Set(found)];
  if (distinct.length === 0) return;
  const more = distinct.length > shown ? [`and ${distinct.length - shown} more`] : [];
  const told = [...distinct.slice(0, shown), ...more].join('; ');
  throw new TestbedError(
    'INVALID_CONFIG',
    `${folder} cannot be gone on with, since it was begun with other parts: ${told}`,
  );
}

function cellChanges(before: PlanFile, after: PlanFile): readonly string[] {
  const now = new Map(after.cells.map((cell) => [nameOf(cell), cell]));
  return before.cells.flatMap((cell) => {
    const same = now.get(nameOf(cell));
    if (same === undefined) return [`${nameOf(cell)} is not asked for any more`];
    if (same.key === cell.key) return [];
    const scenarios = [before.scenarios[cell.content], after.scenarios[same.content]];
    return [
      ...changed(`scenario ${cell.scenario}`, ...(scenarios as [unknown, unknown])),
      ...changed('module', cell.modules, same.modules),
    ];
  });
}

function nameOf({ scenario: name, parameters, stack, iteration }: PlannedCell): string {
  return `${titleOf({ name, ...(parameters && { parameters }) })} on ${stack} #${iteration}`;
}

/** Each value that differs, with its place: `scenario stress: workload.agents was 10, is 20`. */
export function changed(what: string, before: unknown, after: unknown): readonly string[] {
  return valuesIn(before, after, []).map(([path, was, is]) => {
    const place = path.length === 0 ? what : `${what}: ${path.join('.')}`;
    return `${place} was ${textOf(was)}, is ${textOf(is)}`;
  });
}

type Difference = readonly [path: readonly string[], was: unknown, is: unknown];

function valuesIn(before: unknown, after: unknown, path: readonly string[]): readonly Difference[] {
  if (isHolder(before) && isHolder(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => valuesIn(before[name], after[name], [...path, name]));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [[path, before, after]];
}

function isHolder(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string {
  const text = value === undefined ? 'absent' : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
