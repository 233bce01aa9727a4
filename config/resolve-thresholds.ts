import { messageOf } from '../core/error.ts';
import type { MetricName } from '../reports/metric-table.ts';
import type { Bound, RelativeBound, Threshold } from '../reports/threshold.ts';
import type { Problems } from './problems.ts';
import { parseRelative } from './relative-bound.ts';
import { resolveStack } from './stacks.ts';
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
    try {
      const { metric, phase, stack } = parseThresholdKey(key);
      if (isNull(value) && stack === null) {
        rules.delete(key);
        continue;
      }
      if (stack !== null) resolveStack(stack);
      // Null takes away on one stack what is asked of all.
      const bounds = isNull(value) ? nothing : readBounds(value, metric, problems);
      const what = misplaced({ phase, stack, ...bounds }, path);
      if (what !== null) problems.add(keyAt, value.path, what);
      rules.set(key, { metric, phase, ...(stack !== null && { stack }), ...bounds });
    } catch (error) {
      problems.add(keyAt, value.path, messageOf(error));
    }
  }
  return [...rules.values()];
}

const isNull = (node: Node): boolean => node.kind === 'scalar' && node.value === null;

const nothing: Bounds = { pass: [], healthy: [], abort: [] };

type Bounds = Pick<Threshold, 'pass' | 'healthy' | 'abort' | 'relative'>;

/** Why such a rule cannot stand where it does, or null. */
function misplaced(
  rule: Bounds & { readonly phase: string | null; readonly stack: string | null },
  [part]: Path,
): string | null {
  if (rule.phase !== null && rule.abort.length > 0)
    return 'abort watches the whole measured time, not one phase';
  if (part === 'thresholds') return null;
  if (rule.stack !== null)
    return `{stack:${rule.stack}} is for thresholds: ${part} is the same on every stack`;
  return rule.relative === undefined ? null : `baseline is for thresholds: ${part} takes numbers`;
}

function readBounds(node: Node, metric: MetricName, problems: Problems): Bounds {
  const relative: RelativeBound[] = [];
  const list = (use: BoundUse): readonly Bound[] => {
    const part = node.kind === 'mapping' ? node.entries.get(use)?.value : use === 'pass' ? node : undefined;
    if (part === undefined) return [];
    const read = readList(part, metric, use, problems);
    relative.push(...read.filter((each) => 'factor' in each));
    return read.filter((each) => 'limit' in each);
  };
  const absolute = { pass: list('pass'), healthy: list('healthy'), abort: list('abort') };
  const bounds = relative.length === 0 ? absolute : { ...absolute, relative };
  if (node.kind === 'mapping') refuseLooser(node, bounds, problems);
  return bounds;
}

/** A healthy bound that allows more than a pass bound would never be heard of. */
function refuseLooser(node: MappingNode, bounds: Bounds, problems: Problems): void {
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
}

function readList(
  node: Node,
  metric: MetricName,
  use: BoundUse,
  problems: Problems,
): readonly (Bound | RelativeBound)[] {
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    if (item.kind !== 'scalar') return [];
    try {
      const text = String(item.value);
      return [parseRelative(text, metric, use) ?? parseBound(text, metric, use)];
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
