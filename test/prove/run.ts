/**
 * `npm run prove [PART...] [COUNT] [at-once N]`: the long evidence, whose lists stand in docs/evidence. The parts:
 * - `doubles`: every broken double is found by a drill, in virtual time;
 * - `drills`: random drills on real servers, 200 unless told;
 * - `nodes`: random drills in which nodes are lost, stopped and cut off, 200 unless told;
 * - `gate`: gates with the same on both sides, 300 unless told;
 * - `power`: gates whose head is slower, 20 unless told of each kind and size;
 * - `simulation`: gates that are drawn instead of played, by the thousand;
 * - `leaks`: searches for planted leaks and for what is none, 10 unless told;
 * - `trend`: how often a trend shows changes that were planted in a history, and where there are none.
 * Two are played at a time unless told. The exit code is 1 when something is not as it should be.
 */
import { proveDoubles } from './doubles.ts';
import { drills, nodeDrills } from './drill-list.ts';
import { proveDrills } from './drills.ts';
import { proveAlike } from './gate/alike.ts';
import { provePower } from './gate/power.ts';
import { proveSimulation } from './gate/simulation.ts';
import { proveLeaks } from './leaks.ts';
import { proveTrend } from './trend.ts';

const words = process.argv.slice(2);
const atOncePlace = words.indexOf('at-once');
const [atOnce = '2'] = atOncePlace < 0 ? [] : words.splice(atOncePlace, 2).slice(1);
const given = words.find((word) => /^\d+$/.test(word));
const count = (usual: number): number => (given === undefined ? usual : Number(given));
const parts: { readonly [name: string]: () => Promise<boolean> } = {
  doubles: proveDoubles,
  drills: () => proveDrills(drills, count(200), Number(atOnce)),
  nodes: () => proveDrills(nodeDrills, count(200), Number(atOnce)),
  gate: () => proveAlike(count(300), Number(atOnce)),
  power: () => provePower(count(20), Number(atOnce)),
  simulation: proveSimulation,
  leaks: () => proveLeaks(count(10), Number(atOnce)),
  trend: () => proveTrend(),
};
const named = Object.keys(parts).filter((name) => words.includes(name));
for (const name of named.length === 0 ? Object.keys(parts) : named)
  if (!(await parts[name]?.())) process.exitCode = 1;
