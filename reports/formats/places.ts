import { type Matrix, rowName } from './matrix.ts';

/** A value, or several, of every parameter and of the stack; and which iterations, where not all. */
interface Place {
  readonly values: readonly (readonly string[])[];
  readonly iterations: string;
}

/**
 * Rows of a matrix in few words: `agents=10,50 sqlite` is each of these values on that stack. What goes through all its
 * values is not said.
 */
export function placesOf(matrix: Matrix, where: readonly string[]): readonly string[] {
  const { parameters, stacks, rows } = matrix;
  const all = rows.map((row) => [...row.values, row.stack]);
  const places = where.flatMap((place): readonly Place[] => {
    const at = rows.findIndex((row) => isAt(place, rowName(parameters, stacks, row)));
    const row = rows[at];
    if (row === undefined) return [];
    const iterations = place.slice(rowName(parameters, stacks, row).length);
    return [{ values: (all[at] ?? []).map((value) => [value]), iterations }];
  });
  const dimensions = [...parameters, 'stack'].map((name, at) => ({
    name,
    count: new Set(all.map((values) => values[at])).size,
  }));
  const joined = dimensions.reduceRight<readonly Place[]>((merged, _, at) => mergedAt(merged, at), places);
  return joined.map(({ values, iterations }) => {
    const words = dimensions.flatMap(({ name, count }, at) => {
      const own = values[at] ?? [];
      if (own.length === count) return [];
      return [name === 'stack' && at === parameters.length ? own.join() : `${name}=${own.join()}`];
    });
    return `${words.length === 0 ? 'all cells' : words.join(' ')}${iterations}`;
  });
}

const isAt = (place: string, name: string): boolean => place === name || place.startsWith(`${name} #`);

/** Places that differ in one dimension alone are one. */
function mergedAt(places: readonly Place[], at: number): readonly Place[] {
  const others = ({ values, iterations }: Place): string =>
    JSON.stringify([iterations, values.filter((_, index) => index !== at)]);
  return [...Map.groupBy(places, others).values()].map((same) => {
    const [{ values, iterations }] = same as [Place, ...Place[]];
    return {
      iterations,
      values: values.with(
        at,
        same.flatMap((place) => place.values[at] ?? []),
      ),
    };
  });
}
