import type { Problems } from './problems.ts';
import {
  find,
  type ListNode,
  type MappingNode,
  type Node,
  nearestTo,
  type Path,
  pathText,
  type ScalarNode,
  set,
  toPlain,
} from './tree.ts';

/** A document in which every list of alternatives has given way to one of them, and which one that is. */
export interface Variant {
  readonly parameters: { readonly [name: string]: unknown };
  readonly tree: MappingNode;
}

/** More cells than anybody waits for. */
const mostVariants = 1000;

/** Lists in a workload that are lists, not alternatives. */
export const plainLists: readonly string[] = ['phases', 'swarms.strategies'];

/** The parts in which a list of values is a list of alternatives. */
const listing = [
  'workload',
  'replicas',
  'nodes',
  'load',
  'driver',
  'gateways',
  'gateway',
  'options',
  'layers',
];

interface Choice {
  readonly name: string;
  readonly path: Path;
  readonly list: ListNode;
}

/**
 * Every combination of the alternatives that some parts of a document list, in the order of nested loops: the first list varies
 * slowest. A document without such lists is its own only variant.
 */
export function variantsOf(tree: MappingNode, problems: Problems): readonly Variant[] {
  const choices = listing.flatMap((part) => {
    const node = tree.entries.get(part)?.value;
    // What belongs to the workload is named as a workload's fields are, without saying so.
    return node === undefined ? [] : choicesIn(node, [part], part === 'workload' ? 1 : 0);
  });
  let count = 1;
  for (const { list } of choices) {
    count *= list.items.length;
    if (count > mostVariants)
      problems.fail(
        list.at,
        list.path,
        `comes to ${count} combinations of values (allowed: ${mostVariants})`,
      );
  }
  return choices.reduce<readonly Variant[]>(
    (variants, { name, path, list }) =>
      variants.flatMap(({ parameters, tree: before }) =>
        list.items.map((item) => ({
          parameters: { ...parameters, [name]: parameterOf(item) },
          tree: set(before, path, item),
        })),
      ),
    [{ parameters: {}, tree }],
  );
}

/** A value as tables show it: a driver with a script is a mapping, and said in words. */
function parameterOf(item: Node): unknown {
  const value = toPlain(item);
  if (item.kind !== 'mapping') return value;
  return Object.entries(value as object)
    .map(([key, of]) => `${key} ${of}`)
    .join(', ');
}

function choicesIn(node: Node, path: Path, from: number): readonly Choice[] {
  const name = path.slice(from).join('.');
  if (node.kind === 'list') return plainLists.includes(name) ? [] : [{ name, path, list: node }];
  if (node.kind === 'scalar') return [];
  return [...node.entries].flatMap(([key, { value }]) => choicesIn(value, [...path, key], from));
}

/** The document with these numbers in a field: one takes the place of what it says, several are alternatives. */
export function withNumbers(tree: MappingNode, field: Path, numbers: readonly number[]): MappingNode {
  if (numbers.length === 0 || find(tree, field.slice(0, -1))?.node.kind !== 'mapping') return tree;
  const { at } = nearestTo(tree, field);
  const path = pathText(field);
  const items = numbers.map((value): ScalarNode => ({ kind: 'scalar', at, path, value, variables: [] }));
  const [first] = items as [ScalarNode];
  return set(tree, field, items.length === 1 ? first : { kind: 'list', at, path, items });
}
