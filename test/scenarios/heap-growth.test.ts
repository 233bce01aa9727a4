/** What grew between two heap snapshots: of a heap drawn by hand, and of this very process. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { growthOf } from '../../scenarios/measure/heap-growth.ts';
import { type HeapSnapshot, readHeapSnapshot } from '../../scenarios/measure/heap-snapshot.ts';

type Drawn = readonly [type: string, name: string, id: number, bytes: number];
type Edge = readonly [from: number, kind: 'property' | 'element' | 'weak', name: string | number, to: number];

const types = ['synthetic', 'object', 'closure', 'string', 'array', 'code'];
const kinds = ['element', 'property', 'weak'];

/** A snapshot as V8 writes one; edges are given by the places of what they join. */
function draw(nodes: readonly Drawn[], edges: readonly Edge[]): HeapSnapshot {
  const strings: string[] = [];
  const text = (value: string): number => {
    if (!strings.includes(value)) strings.push(value);
    return strings.indexOf(value);
  };
  const own = (at: number): readonly Edge[] => edges.filter(([from]) => from === at);
  const document = {
    snapshot: {
      meta: {
        node_fields: ['type', 'name', 'id', 'self_size', 'edge_count'],
        node_types: [types],
        edge_fields: ['type', 'name_or_index', 'to_node'],
        edge_types: [kinds],
      },
    },
    nodes: nodes.flatMap(([type, name, id, bytes], at) => [
      types.indexOf(type),
      text(name),
      id,
      bytes,
      own(at).length,
    ]),
    edges: nodes.flatMap((_, at) =>
      own(at).flatMap(([, kind, name, to]) => [
        kinds.indexOf(kind),
        typeof name === 'number' ? name : text(name),
        to * 5,
      ]),
    ),
    strings,
  };
  return readHeapSnapshot(JSON.stringify(document));
}

const before = draw(
  [
    ['synthetic', '', 1, 0],
    ['object', 'Log', 3, 40],
    ['object', 'Array', 5, 16],
    ['object', 'Entry', 7, 100],
  ],
  [
    [0, 'property', 'log', 1],
    [1, 'property', 'entries', 2],
    [2, 'element', 0, 3],
  ],
);
const after = draw(
  [
    ['synthetic', '', 1, 0],
    ['object', 'Log', 3, 40],
    ['object', 'Array', 5, 32],
    ['object', 'Entry', 7, 100],
    ['object', 'Entry', 9, 100],
    ['closure', 'undo', 11, 64],
    ['string', 'only weakly held', 13, 8],
    ['code', 'of undo', 15, 5000],
  ],
  [
    [0, 'property', 'log', 1],
    [1, 'property', 'entries', 2],
    [2, 'element', 0, 3],
    [2, 'element', 1, 4],
    [4, 'property', 'undo', 5],
    [0, 'weak', 'seen', 6],
    [5, 'property', 'code', 7],
  ],
);

test('what is new is told by kind, and by the class that holds it, with the way to it', () => {
  const { kinds: byKind, components } = growthOf(before, after);
  assert.equal(byKind, [
    { name: 'Entry', count: 1, bytes: 100, heldBy: '[1] in Array < entries in Log' },
    { name: 'undo()', count: 1, bytes: 64, heldBy: 'undo in Entry < [1] in Array < entries in Log' },
    { name: 'Array', count: 0, bytes: 16, heldBy: '' },
    { name: '(string)', count: 1, bytes: 8, heldBy: '' },
  ]);
  assert.equal(components, [
    { name: 'Log', count: 2, bytes: 180, heldBy: '[1] in Array < entries in Log' },
    { name: '(nobody)', count: 1, bytes: 8, heldBy: '' },
  ]);
});

test('what has gone is no growth', () => {
  assert.equal(growthOf(after, before), { kinds: [], components: [] });
  assert.equal(growthOf(after, after), { kinds: [], components: [] });
});

class Hoard {
  readonly pieces: unknown[] = [];
}

test('of a real heap it names the class that keeps what it is given', () => {
  const directory = mkdtempSync(join(tmpdir(), 'testbed-heap-'));
  try {
    const hoard = new Hoard();
    const read = (file: string): HeapSnapshot => readHeapSnapshot(readFileSync(file, 'utf8'));
    const first = writeHeapSnapshot(join(directory, 'first'));
    for (let count = 0; count < 20_000; count++) hoard.pieces.push({ count, of: [count] });
    const second = writeHeapSnapshot(join(directory, 'second'));
    const [most] = growthOf(read(first), read(second)).components;
    assert.is(most?.name, 'Hoard');
    assert.ok((most?.bytes ?? 0) > 1e6, `${most?.bytes}`);
    assert.match(most?.heldBy ?? '', /pieces in Hoard/);
    assert.is(hoard.pieces.length, 20_000);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test.run();
