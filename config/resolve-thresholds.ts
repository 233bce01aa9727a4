import { messageOf } from '../core/error.ts';
import type { MetricName } from '../reports/metric-table.ts';
import type { Bound, Threshold } from '../reports/threshold.ts';
import type { Problems } from './problems.ts';
import { type BoundUse, parseBound, parseThresholdKey } from './threshold.ts';
import { find, type MappingNode, type Node, type Path } from './tree.ts';

/**
 * What the document says must hold, laid over the rules of the set that it starts from. Takes the document rather than
 * its plain values, so that each bound that cannot be read is shown at its place.
 */
export function resolveThresholds(
  tree: MappingNode,
  set: readonly Threshold[],
  problems: Problems,
  path: Path = ['thresholds'],
): readonly Threshold[] {
  const rules = new Map(set.map((rule) => [rule.metric, rule]));
  const written = find(tree, path)?.node;
  if (written?.kind !== 'mapping') return [...rules.values()];
  for (const [key, { keyAt, value }] of written.entries) {
    if (value.kind === 'scalar' && value.value === null) {
      rules.delete(key);
      continue;
    }
    try {
      const { metric, phase } = parseThresholdKey(key);
      const bounds = readBounds(value, metric, problems);
      if (phase !== null && bounds.abort.length > 0) {
        problems.add(keyAt, value.path, 'abort watches the whole measured time, not one phase');
      }
      rules.set(key, { metric, phase, ...bounds });
    } catch (error) {
      problems.add(keyAt, value.path, messageOf(error));
    }
  }
  return [...rules.values()];
}

function readBounds(
  node: Node,
  metric: MetricName,
  problems: Problems,
): Pick<Threshold, 'pass' | 'healthy' | 'abort'> {
  if (node.kind !== 'mapping') {
    return { pass: readList(node, metric, 'pass', problems), healthy: [], abort: [] };
  }
  const list = (use: BoundUse): readonly Bound[] => {
    const part = node.entries.get(use)?.value;
    return part === undefined ? [] : readList(part, metric, use, problems);
  };
  const bounds = { pass: list('pass'), healthy: list('healthy'), abort: list('abort') };
  for (const healthy of bounds.healthy) {
    const pass = bounds.pass.find((bound) => isLooser(healthy, bound));
    const part = node.entries.get('healthy')?.value;
    if (pass !== undefined && part !== undefined) {
      problems.add(
        part.at,
        part.path,
        `"${healthy.text}" lies outside pass, "${pass.text}": it could never be DEGRADED`,
      );
    }
  }
  return bounds;
}

function readList(node: Node, metric: MetricName, use: BoundUse, problems: Problems): readonly Bound[] {
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    if (item.kind !== 'scalar') return [];
    try {
      return [parseBound(String(item.value), metric, use)];
    } catch (error) {
      problems.add(item.at, item.path, messageOf(error));
      return [];
    }
  });
}

/** Whether a healthy bound allows more than a pass bound of the same kind. */
function isLooser(healthy: Bound, pass: Bound): boolean {
  const same = healthy.aggregator === pass.aggregator && healthy.percentile === pass.percentile;
  if (!same || healthy.operator[0] !== pass.operator[0]) return false;
  if (healthy.operator.startsWith('<')) return healthy.limit > pass.limit;
  return healthy.operator.startsWith('>') && healthy.limit < pass.limit;
}
