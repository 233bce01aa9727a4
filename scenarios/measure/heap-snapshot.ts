/**
 * What a V8 heap snapshot (`v8.writeHeapSnapshot`) says of its objects, as far as their growth needs it: what each is, how
 * large it is itself, and by what it is held.
 */
export interface HeapSnapshot {
  readonly count: number;
  /** The same object has the same id in a later snapshot of the same process. */
  id(node: number): number;
  /** `object`, `closure`, `string`, ... */
  type(node: number): string;
  /** Of an object its constructor, of a closure its function. */
  name(node: number): string;
  selfBytes(node: number): number;
  /**
   * What holds each object on a shortest way from the roots, by node; -1 for the root and for what only weak references
   * lead to. `edge` is what the way's last step is called: a property, a variable, an index.
   */
  holders(): { readonly holder: Int32Array; readonly edge: Int32Array };
  edgeName(edge: number): string;
}

/** The layout that every snapshot states of itself, and its tables. */
interface Document {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
      readonly edge_fields: readonly string[];
      readonly edge_types: readonly [readonly string[], ...unknown[]];
    };
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

/** Throws SyntaxError for what is no JSON, and TypeError for what is no snapshot. */
export function readHeapSnapshot(text: string): HeapSnapshot {
  const { snapshot, nodes, edges, strings } = JSON.parse(text) as Document;
  const { node_fields, node_types, edge_fields, edge_types } = snapshot.meta;
  const width = node_fields.length;
  const [types] = node_types;
  const nodeField = (name: string) => node_fields.indexOf(name);
  const [typeAt, nameAt, idAt, sizeAt] = ['type', 'name', 'id', 'self_size'].map(nodeField) as [
    number,
    number,
    number,
    number,
  ];
  const value = (node: number, field: number): number => nodes[node * width + field] as number;
  const count = nodes.length / width;
  const layout = { count, width, edgesAt: nodeField('edge_count'), edge_fields, kinds: edge_types[0] };
  return {
    count,
    id: (node) => value(node, idAt),
    type: (node) => types[value(node, typeAt)] ?? '',
    name: (node) => strings[value(node, nameAt)] ?? '',
    selfBytes: (node) => value(node, sizeAt),
    holders: () => findHolders(nodes, edges, layout),
    edgeName(edge) {
      const [kind, named] = [edges[edge], edges[edge + 1]] as [number, number];
      const isIndex = ['element', 'hidden'].includes(layout.kinds[kind] ?? '');
      return isIndex ? `[${named}]` : (strings[named] ?? '');
    },
  };
}

interface Layout {
  readonly count: number;
  readonly width: number;
  readonly edgesAt: number;
  readonly edge_fields: readonly string[];
  readonly kinds: readonly string[];
}

/** Breadth first from the root, over whatever keeps an object alive. */
function findHolders(
  nodes: readonly number[],
  edges: readonly number[],
  { count, width, edgesAt, edge_fields, kinds }: Layout,
): ReturnType<HeapSnapshot['holders']> {
  const step = edge_fields.length;
  const toAt = edge_fields.indexOf('to_node');
  const weak = kinds.indexOf('weak');
  const firstEdge = new Int32Array(count + 1);
  for (let node = 0; node < count; node++) {
    firstEdge[node + 1] = (firstEdge[node] as number) + (nodes[node * width + edgesAt] as number) * step;
  }
  const holder = new Int32Array(count).fill(-1);
  const edge = new Int32Array(count).fill(-1);
  const seen = new Uint8Array(count);
  const queue = new Int32Array(count);
  seen[0] = 1;
  let queued = 1;
  for (let at = 0; at < queued; at++) {
    const from = queue[at] as number;
    for (let each = firstEdge[from] as number; each < (firstEdge[from + 1] as number); each += step) {
      const to = (edges[each + toAt] as number) / width;
      if (edges[each] === weak || seen[to] === 1) continue;
      seen[to] = 1;
      holder[to] = from;
      edge[to] = each;
      queue[queued++] = to;
    }
  }
  return { holder, edge };
}
