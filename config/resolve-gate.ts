import { messageOf } from '../core/error.ts';
import type { GateOrder } from '../reports/gate/rule.ts';
import { gateRules, parseMargin, parsePrimary, strayMargin } from './gate.ts';
import type { Problems } from './problems.ts';
import { readList } from './read-list.ts';
import { type MappingNode, nearestTo } from './tree.ts';

/** What a gate is to judge; what cannot be read, or does not fit together, is told at its place. */
export function resolveGate(tree: MappingNode, problems: Problems): GateOrder {
  const primary = readList(tree, ['gate', 'primary'], parsePrimary, problems);
  const margin = readList(tree, ['gate', 'margin'], parseMargin, problems);
  const { node, at } = nearestTo(tree, ['gate']);
  try {
    const stray = strayMargin(gateRules({ primary, margin }), margin);
    if (stray !== undefined)
      problems.add(at, node.path, `a margin for ${stray}, which is not judged (allowed: those of primary)`);
  } catch (error) {
    problems.add(at, node.path, messageOf(error));
  }
  return { primary, margin };
}
