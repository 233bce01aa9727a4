/**
 * `npm run prove [doubles | drills] [COUNT] [at-once N]`: the long evidence. First that every broken double is found by a
 * drill, in virtual time; then random drills on real servers, 200 unless told, two at a time unless told. The lists stand in
 * docs/evidence; the exit code is 1 when something is not as it should be.
 */
import { proveDoubles } from './doubles.ts';
import { proveDrills } from './drills.ts';

const words = process.argv.slice(2);
const atOncePlace = words.indexOf('at-once');
const [atOnce = '2'] = atOncePlace < 0 ? [] : words.splice(atOncePlace, 2).slice(1);
const count = words.find((word) => /^\d+$/.test(word)) ?? '200';
const parts: { readonly [name: string]: () => Promise<boolean> } = {
  doubles: proveDoubles,
  drills: () => proveDrills(Number(count), Number(atOnce)),
};
const named = Object.keys(parts).filter((name) => words.includes(name));
for (const name of named.length === 0 ? Object.keys(parts) : named)
  if (!(await parts[name]?.())) process.exitCode = 1;
