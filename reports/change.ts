import { valueIn } from './compare.ts';
import type { IndexCell, RunRecord, Subject } from './record.ts';
import type { ResultSet } from './result-set.ts';
import { isDoubtful } from './verdict.ts';

/** Cells by what they have in common; what is not said may be anything. */
export interface Side {
  /** Fields of the workload, whether the scenario lists several values of them or has but one. */
  readonly workload?: { readonly [field: string]: unknown };
  readonly stack?: string;
  readonly parameters?: { readonly [name: string]: unknown };
}

/** What one thing changes, told by cells of a scenario that differ in it alone. */
export interface Change extends Subject {
  readonly scenario: string;
  readonly before: Side;
  readonly after: Side;
}

/** One number in two cells that differ in what the sides say and in nothing else. */
export interface ChangePair {
  readonly before: number;
  readonly after: number;
  /** One of the two cells says itself that its numbers may not be what they seem, or had to share its machine. */
  readonly doubtful: boolean;
}

type Played = readonly [cell: IndexCell, record: RunRecord];

/** Every pair of cells that shows the change; the more of them, the better it is known. */
export function changePairs(result: ResultSet, change: Change, only: Side = {}): readonly ChangePair[] {
  const cells = playedOf(result, change.scenario).filter((played) => isOf(played, only));
  const free = new Set(Object.keys({ ...change.before.parameters, ...change.after.parameters }));
  const stackFree = change.before.stack !== undefined || change.after.stack !== undefined;
  const rest = ([cell]: Played): string =>
    JSON.stringify([
      cell.iteration,
      stackFree ? null : cell.stack,
      Object.entries(cell.parameters ?? {}).filter(([name]) => !free.has(name)),
    ]);
  const of = (side: Side): readonly Played[] => cells.filter((played) => isOf(played, side));
  const [before, after] = [of(change.before), of(change.after)];
  return before.flatMap((one) =>
    after
      .filter((other) => rest(other) === rest(one))
      .flatMap((other): readonly ChangePair[] => {
        const [from, to] = [valueIn(one[1], change), valueIn(other[1], change)];
        if (from === null || to === null) return [];
        return [{ before: from, after: to, doubtful: [one[1], other[1]].some(isUnsure) }];
      }),
  );
}

/** So much of the machine's CPU time going to others decides what changes seem to do. */
const sharedPct = 25;

/** Load back to back has no schedule to be late for: only the machine's own account says that others were in its way. */
function isUnsure(record: RunRecord): boolean {
  const others = record.generator['othersCpuPct'];
  return isDoubtful(record) || (typeof others === 'number' && others >= sharedPct);
}

/** A number in every cell of a scenario that a side describes. */
export function valuesOf(
  result: ResultSet,
  scenario: string,
  subject: Subject,
  side: Side,
): readonly number[] {
  return playedOf(result, scenario)
    .filter((played) => isOf(played, side))
    .flatMap(([, record]) => valueIn(record, subject) ?? []);
}

/** The different values that a field of the workload has in the cells of a scenario, in their order. */
export function valuesPlayed(result: ResultSet, scenario: string, field: string): readonly unknown[] {
  return [...new Set(playedOf(result, scenario).map(([, { workload }]) => workload[field]))];
}

function playedOf({ index, records }: ResultSet, scenario: string): readonly Played[] {
  return index.cells.flatMap((cell, at): readonly Played[] => {
    const record = records[at] ?? null;
    return cell.scenario !== scenario || record === null || record.interrupted ? [] : [[cell, record]];
  });
}

function isOf([cell, record]: Played, { stack, workload = {}, parameters = {} }: Side): boolean {
  if (stack !== undefined && stack !== cell.stack) return false;
  if (Object.entries(workload).some(([field, value]) => record.workload[field] !== value)) return false;
  return Object.entries(parameters).every(
    ([name, value]) => JSON.stringify(cell.parameters?.[name]) === JSON.stringify(value),
  );
}
