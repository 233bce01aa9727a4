import { coordinate, drawing, element, escaped, joined, type Markup } from './svg.ts';

/** A stack of calls from the outside in, and how much of something was found at its end. */
export interface Stack {
  readonly frames: readonly string[];
  readonly weight: number;
}

interface Frame {
  readonly name: string;
  weight: number;
  readonly inner: Map<string, Frame>;
}

const width = 1200;
const rowHeight = 17;
const headHeight = 28;
/** What is narrower cannot be seen, and there are thousands. */
const leastWidth = 0.5;
const letterWidth = 6.5;
const mostRows = 60;

/** A flame graph: each call as wide as what was found in it and in what it called, which stand above it. */
export function drawFlame(title: string, unit: string, stacks: readonly Stack[]): Markup {
  const root = merged(stacks);
  const rows = Math.min(mostRows, depthOf(root));
  const tall = headHeight + (rows + 1) * rowHeight;
  const scale = root.weight === 0 ? 0 : width / root.weight;
  const boxes: Markup[] = [];
  const draw = (frame: Frame, x: number, row: number): void => {
    const wide = frame.weight * scale;
    if (wide < leastWidth || row > rows) return;
    const share = `${((100 * frame.weight) / root.weight).toFixed(1)} %`;
    const said = `${frame.name}: ${frame.weight.toFixed(1)} ${unit}, ${share}`;
    boxes.push(boxOf(frame.name, said, x, tall - (row + 1) * rowHeight, wide));
    let from = x;
    for (const inner of ordered(frame)) {
      draw(inner, from, row + 1);
      from += inner.weight * scale;
    }
  };
  draw(root, 0, 0);
  const heading = `${title}: ${root.weight.toFixed(1)} ${unit}`;
  return drawing(
    { width, height: tall },
    heading,
    { 'font-family': 'monospace', 'font-size': 11 },
    element('text', { x: 4, y: 18, 'font-size': 14 }, escaped(heading)),
    boxes,
  );
}

function merged(stacks: readonly Stack[]): Frame {
  const root: Frame = { name: 'all', weight: 0, inner: new Map() };
  for (const { frames, weight } of stacks) {
    let at = root;
    at.weight += weight;
    for (const name of frames) {
      const next = at.inner.get(name) ?? { name, weight: 0, inner: new Map() };
      at.inner.set(name, next);
      next.weight += weight;
      at = next;
    }
  }
  return root;
}

/** By name, so that the same calls stand in the same place in two graphs. */
const ordered = ({ inner }: Frame): readonly Frame[] =>
  [...inner.values()].sort((a, b) => (a.name < b.name ? -1 : 1));

function depthOf({ inner }: Frame): number {
  return 1 + Math.max(0, ...[...inner.values()].map(depthOf));
}

function boxOf(name: string, said: string, x: number, y: number, wide: number): Markup {
  const letters = Math.floor((wide - 4) / letterWidth);
  const short = letters < 3 ? '' : name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
  const label = short === '' ? [] : [element('text', { x: x + 2, y: y + 12 }, escaped(short))];
  const box = { x, y, width: Math.max(wide - 0.5, 0.2), height: rowHeight - 1, fill: colourOf(name) };
  return element('g', {}, element('title', {}, escaped(said)), element('rect', box), joined(label));
}

/** The same name has the same colour wherever it stands; ours are warm, those of Node and of packages cool. */
function colourOf(name: string): string {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  const ours = /^\S+ (core|adapters|scenarios|chaos|bin)\//.test(name);
  const hue = ours ? 20 + (hash % 35) : 190 + (hash % 40);
  return `hsl(${coordinate(hue)} 70% ${coordinate(68 + (hash % 13))}%)`;
}
