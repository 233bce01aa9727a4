import { messageOf } from '../core/error.ts';
import type { Problems } from './problems.ts';
import { find, type MappingNode, type Path, toPlain } from './tree.ts';

/** What a list of texts comes to, each item that cannot be read told at its place; empty where there is no list. */
export function readList<T>(
  tree: MappingNode,
  path: Path,
  read: (text: string) => T,
  problems: Problems,
): readonly T[] {
  const list = find(tree, path)?.node;
  return (list?.kind === 'list' ? list.items : []).flatMap((item) => {
    try {
      return [read(String(toPlain(item)))];
    } catch (error) {
      problems.add(item.at, item.path, messageOf(error));
      return [];
    }
  });
}
