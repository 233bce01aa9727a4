import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { messageOf } from '../core/error.ts';
import { type Environment, fillIn, readAgain } from './environment.ts';
import { quote } from './invalid.ts';
import type { Mark, Problems } from './problems.ts';
import type { Source } from './source.ts';
import { type Entry, joinPath, type MappingNode, type Node, type ScalarNode } from './tree.ts';

/** What a scenario can need many times over, and what an alias bomb passes at once. */
const maxNodes = 20_000;
const maxDepth = 50;

/**
 * Reads one YAML 1.2 document whose root is a mapping, with `${...}` filled in from `environment` (null: left alone).
 * Whatever is wrong goes to `problems`; when the text is not YAML at all this throws what was collected.
 */
export function parseYaml(source: Source, environment: Environment | null, problems: Problems): MappingNode {
  const lines = new LineCounter();
  const document = parseDocument(source.text, {
    version: '1.2',
    schema: 'core',
    // The library's own search for duplicate keys takes time quadratic in the keys.
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const mark = (offset: number): Mark => {
    const { line, col } = lines.linePos(offset);
    return { file: source.name, line: Math.max(1, line), column: Math.max(1, col) };
  };
  reportSyntax(document, source.text, mark, problems);
  const root = document.contents;
  if (!isMap(root)) {
    const what = root === null || (isScalar(root) && root.value === null) ? 'empty' : 'not a mapping';
    problems.fail(mark(root?.range[0] ?? 0), '', `the document is ${what} (allowed: keys and values)`);
  }
  const tree = new Reader(environment, mark, problems).read(root, '', 0);
  problems.throwIfAny();
  return tree as MappingNode;
}

function reportSyntax(
  document: Document.Parsed,
  text: string,
  mark: (offset: number) => Mark,
  problems: Problems,
): void {
  const version = document.directives.yaml;
  if (version.explicit && version.version !== '1.2') {
    problems.add(mark(0), '', `YAML ${version.version} (allowed: YAML 1.2, which needs no %YAML line)`);
  }
  const lines = new Set<number>();
  for (const { code, pos, message } of [...document.errors, ...document.warnings].slice(0, 100)) {
    const at = mark(pos[0]);
    // Errors of the same line mostly follow from its first.
    if (lines.has(at.line)) continue;
    lines.add(at.line);
    const [sentence = ''] = message.split('\n');
    const afterDollar = text.slice(Math.max(0, pos[0] - 1), pos[0]) === '$';
    const what = afterDollar ? 'a reference inside { } or [ ] must be quoted' : (syntax[code] ?? sentence);
    problems.add(at, '', what);
  }
  problems.throwIfAny();
}

/** What the library says for a programmer, said for a person. */
const syntax: { readonly [code: string]: string } = {
  MULTIPLE_DOCS: 'a second document begins here (allowed: one document in a file)',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAG_RESOLVE_FAILED: 'a tag of its own (allowed: no tags; text is quoted instead)',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping cannot begin here; a value that contains ": " must be quoted',
};

/** Turns the library's nodes into ours, within bounds, following aliases. */
class Reader {
  readonly #environment: Environment | null;
  readonly #mark: (offset: number) => Mark;
  readonly #problems: Problems;
  readonly #anchors = new Map<string, ParsedNode>();
  #nodes = 0;

  constructor(environment: Environment | null, mark: (offset: number) => Mark, problems: Problems) {
    this.#environment = environment;
    this.#mark = mark;
    this.#problems = problems;
  }

  read(node: ParsedNode, path: string, depth: number): Node {
    const at = this.#mark(node.range[0]);
    if (depth > maxDepth) this.#problems.fail(at, path, 'nested too deeply');
    if (++this.#nodes > maxNodes) this.#problems.fail(at, path, `more than ${maxNodes} values in all`);
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target !== undefined) return this.read(target, path, depth + 1);
      this.#problems.add(at, path, `*${node.source}: no &${node.source} before it`);
      return { kind: 'scalar', at, path, value: null, variables: [] };
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined) {
      this.#problems.add(at, path, `the tag ${quote(node.tag)} (allowed: no tags; text is quoted instead)`);
      return { kind: 'scalar', at, path, value: null, variables: [] };
    }
    if (isMap(node)) return this.#mapping(node as YAMLMap.Parsed, at, path, depth);
    if (isSeq(node)) {
      const items = (node.items as ParsedNode[]).map((item, index) =>
        this.read(item, joinPath(path, index), depth + 1),
      );
      return { kind: 'list', at, path, items };
    }
    return this.#scalar(node.value, at, path);
  }

  #mapping(node: YAMLMap.Parsed, at: Mark, path: string, depth: number): MappingNode {
    const entries = new Map<string, Entry>();
    for (const { key, value } of node.items) {
      const keyAt = this.#mark(key.range[0]);
      if (isScalar(key) && key.anchor !== undefined) this.#anchors.set(key.anchor, key);
      if (!isScalar(key)) {
        this.#problems.add(keyAt, path, 'a key must be text');
        continue;
      }
      const name = typeof key.value === 'string' ? key.value : String(key.source ?? '');
      const place = joinPath(path, name);
      if (name === '<<')
        this.#problems.add(keyAt, path, 'merge keys (<<) are not part of YAML 1.2; extends does this');
      if (entries.has(name)) this.#problems.add(keyAt, place, `the key ${quote(name)} is given twice`);
      const read: Node =
        value === null
          ? { kind: 'scalar', at: keyAt, path: place, value: null, variables: [] }
          : this.read(value, place, depth + 1);
      entries.set(name, { keyAt, value: read });
    }
    return { kind: 'mapping', at, path, entries };
  }

  #scalar(written: unknown, at: Mark, path: string): ScalarNode {
    let value = written as ScalarNode['value'];
    let variables: readonly string[] = [];
    if (typeof value === 'string' && this.#environment !== null && value.includes('${')) {
      try {
        const filled = fillIn(value, this.#environment);
        variables = filled.variables;
        value = variables.length > 0 ? readAgain(filled.text) : filled.text;
      } catch (error) {
        this.#problems.add(at, path, messageOf(error));
      }
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#problems.add(
        at,
        path,
        `${Number.isNaN(value) ? 'NaN' : 'infinity'} is not a number to work with`,
      );
    }
    return { kind: 'scalar', at, path, value, variables };
  }
}
