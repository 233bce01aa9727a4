import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf } from '../core/error.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { quote } from './invalid.ts';
import type { Problems } from './problems.ts';
import type { ScenarioFile } from './scenario-file.ts';
import { type MappingNode, nearestTo } from './tree.ts';

/** Who drives, and with which script of the user's own, as it is now: what it was when a cell was played is part of the cell. */
export function resolveDriver(
  driver: ScenarioFile['driver'],
  tree: MappingNode,
  problems: Problems,
): Pick<Scenario, 'driver' | 'ownScript'> {
  if (typeof driver === 'string') return driver === 'embedded' ? {} : { driver };
  const { node, at } = nearestTo(tree, ['driver', 'k6']);
  const path = resolve(dirname(at.file), driver.k6);
  if (!/\.[mc]?[jt]s$/.test(path))
    problems.add(at, node.path, `${quote(driver.k6)}: a script ends in .ts or .js`);
  else {
    try {
      const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
      return { driver: 'k6', ownScript: { path, sha256 } };
    } catch (error) {
      problems.add(at, node.path, `${quote(driver.k6)}: cannot be read: ${messageOf(error)}`);
    }
  }
  return { driver: 'k6' };
}
