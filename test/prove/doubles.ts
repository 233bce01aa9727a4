import { doubles } from '../doubles/table.ts';
import { type Found, findDouble, mostSeeds } from './double.ts';
import { writeDoubles } from './evidence.ts';
import { madeBy } from './made-by.ts';

/** Drills every broken double until it is found, and keeps the list. Resolves to whether each was, in time. */
export async function proveDoubles(): Promise<boolean> {
  const found: Found[] = [];
  for (const double of doubles) {
    const each = await findDouble(double);
    found.push(each);
    process.stdout.write(`${each.double}: ${each.seed ?? `not found in ${mostSeeds} seeds`}\n`);
  }
  writeDoubles(
    [
      ...madeBy('npm run prove doubles'),
      'The first seed, from 1, of which a drill in virtual time found the double, and the checks that failed then and not on a sound system.',
    ],
    found,
  );
  return found.every(({ seed }) => seed !== null);
}
