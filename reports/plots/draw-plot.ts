import type { Mark, Plot, Point } from './plot.ts';
import { coordinate, drawing, element, escaped, joined, type Markup } from './svg.ts';

const width = 640;
const height = 260;
const frame = { left: 64, right: 28, top: 14, bottom: 44 };
const inner = { width: width - frame.left - frame.right, height: height - frame.top - frame.bottom };
const legendLine = 18;

/**
 * A plot as SVG that stands by itself: in a page, in a Markdown document, printed. Lines differ in dash and in the shape of
 * their marks, not in colour alone, and each says its name to whoever points at it or has it read out.
 */
export function drawPlot(plot: Plot): Markup {
  // One line alone is what the title and the axis say.
  const told = plot.marks.length === 1 ? [] : plot.marks;
  const tall = height + Math.ceil(told.length / legendColumns) * legendLine;
  const words = [plot.title, ...plot.marks.map(inWords)].join('. ');
  return drawing(
    { width, height: tall },
    words,
    { class: 'plot', 'font-family': 'system-ui, sans-serif', 'font-size': 11, fill: 'currentColor' },
    bandsOf(plot),
    gridOf(plot),
    limitsOf(plot),
    plot.marks.map((mark, index) => drawMark(plot, mark, index)),
    momentsOf(plot),
    told.map((mark, index) => legendOf(mark, index)),
  );
}

const legendColumns = 3;

const acrossOf = (plot: Plot, x: number): number => frame.left + inside(plot.x.scale.place(x)) * inner.width;
const downOf = (plot: Plot, y: number): number =>
  frame.top + (1 - inside(plot.y.scale.place(y))) * inner.height;

/** Nothing is drawn outside the frame; what is infinitely far away stands at its edge. */
function inside(place: number): number {
  return Number.isNaN(place) ? 0 : Math.min(1, Math.max(0, place));
}

function text(content: string, attributes: { readonly [name: string]: string | number }): Markup {
  return element('text', attributes, escaped(content));
}

function gridOf(plot: Plot): readonly Markup[] {
  const [right, bottom] = [frame.left + inner.width, frame.top + inner.height];
  const across = plot.x.scale.ticks.map(({ at, text: label }) => ({ x: acrossOf(plot, at), label }));
  const down = plot.y.scale.ticks.map(({ at, text: label }) => ({ y: downOf(plot, at), label }));
  const lines = [
    ...across.map(({ x }) => `M${coordinate(x)} ${frame.top}V${bottom}`),
    ...down.map(({ y }) => `M${frame.left} ${coordinate(y)}H${right}`),
  ];
  const middle = frame.top + inner.height / 2;
  return [
    element('path', { d: lines.join(''), stroke: 'currentColor', 'stroke-opacity': '0.15' }),
    element(
      'g',
      { 'text-anchor': 'middle' },
      across.map(({ x, label }) => text(label, { x, y: bottom + 16 })),
      text(plot.x.label, { x: frame.left + inner.width / 2, y: bottom + 34 }),
      text(plot.y.label, { x: 12, y: middle, transform: `rotate(-90 12 ${middle})` }),
    ),
    element(
      'g',
      { 'text-anchor': 'end' },
      down.map(({ y, label }) => text(label, { x: frame.left - 6, y: y + 4 })),
    ),
  ];
}

function bandsOf(plot: Plot): readonly Markup[] {
  return (plot.bands ?? []).map(({ from, to, text: label }) => {
    const x = acrossOf(plot, from);
    const area = { x, y: frame.top, width: Math.max(1, acrossOf(plot, to) - x), height: inner.height };
    const named = element('title', {}, escaped(label));
    return element('rect', { ...area, class: 'band', 'fill-opacity': '0.12' }, named);
  });
}

function momentsOf(plot: Plot): readonly Markup[] {
  return (plot.moments ?? []).map(({ at, text: label }) => {
    const x = acrossOf(plot, at);
    const down = { x1: x, x2: x, y1: frame.top, y2: frame.top + inner.height };
    const line = element('line', { ...down, stroke: 'currentColor', 'stroke-dasharray': '2 3' });
    const nearEnd = x > frame.left + inner.width * 0.75;
    const beside = {
      x: nearEnd ? x - 4 : x + 4,
      y: frame.top + 10,
      'text-anchor': nearEnd ? 'end' : 'start',
    };
    return joined([line, text(label, beside)]);
  });
}

function limitsOf(plot: Plot): readonly Markup[] {
  return (plot.limits ?? [])
    .filter(({ at }) => plot.y.scale.place(at) >= 0 && plot.y.scale.place(at) <= 1)
    .map(({ at, text: label }) => {
      const y = downOf(plot, at);
      const line = { x1: frame.left, x2: frame.left + inner.width, y1: y, y2: y };
      const end = frame.left + inner.width - 4;
      return joined([
        element('line', { ...line, class: 'limit', stroke: 'currentColor', 'stroke-dasharray': '6 4' }),
        text(label, { x: end, y: y - 4, 'text-anchor': 'end' }),
      ]);
    });
}

const dashes = [null, '7 3', '2 2', '9 3 2 3', '12 4', '4 4 1 4'];
const colours = ['#0b62a4', '#b3541e', '#2e7d32', '#7b3fa0', '#8a6d00', '#00707a'];

/** Lighter where the page is dark, as its style says; the darker one where nothing says so. */
const colourOf = (index: number): string =>
  `var(--mark-${index % colours.length}, ${colours[index % colours.length]})`;

/** Six shapes, one for each line of a plot, each centred on where it begins. */
const shapes = [
  'm-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z',
  'm-3-3h6v6h-6z',
  'm0-3l3 6h-6z',
  'm0-3l3 3l-3 3l-3-3z',
  'm0 3l3-6h-6z',
  'm-3-1h6v2h-6z',
];

/** All marks of a line in one path: a page has thousands. */
function shapesAt(index: number, places: readonly (readonly [x: number, y: number])[]): Markup {
  const shape = shapes[index % shapes.length];
  const drawn = places.map(([x, y]) => `M${coordinate(x)} ${coordinate(y)}${shape}`);
  return element('path', { d: drawn.join('') });
}

function drawMark(plot: Plot, mark: Mark, index: number): Markup {
  const points = mark.points.filter((point) => point !== null);
  const named = element('title', {}, escaped(mark.name));
  const colour = { fill: colourOf(index), stroke: colourOf(index) };
  // A line alone needs nothing to be told by, if it is long enough to be seen.
  const isPlain = plot.marks.length === 1 && points.length > 8;
  const marked = mark.kind !== 'line' ? points : isPlain ? [] : spread(points);
  const drawn = [
    ...(mark.kind === 'line' ? [lineOf(plot, mark, index)] : []),
    ...(mark.kind === 'intervals' ? points.map((point) => reachOf(plot, point)) : []),
    shapesAt(
      index,
      marked.map(({ x, y }) => [acrossOf(plot, x), downOf(plot, y)]),
    ),
  ];
  return element('g', { class: 'mark', ...colour }, named, drawn);
}

/** Shapes on some of a line's points are enough to tell which it is. */
function spread(points: readonly Point[]): readonly Point[] {
  const every = Math.max(1, Math.ceil(points.length / 4));
  return points.filter((_, at) => at % every === 0);
}

function lineOf(plot: Plot, { points }: Mark, index: number): Markup {
  return element('path', {
    d: stretchesOf(points)
      .map((stretch) => pathAlong(plot, stretch))
      .join(''),
    fill: 'none',
    'stroke-width': '1.5',
    'stroke-dasharray': dashes[index % dashes.length] ?? null,
  });
}

/** What lies between two gaps. */
function stretchesOf(points: Mark['points']): readonly (readonly Point[])[] {
  const stretches: Point[][] = [[]];
  for (const point of points) {
    if (point === null) stretches.push([]);
    else stretches.at(-1)?.push(point);
  }
  return stretches.filter(({ length }) => length > 0);
}

/**
 * From each point the step to the next: shorter than where that is, and a page has a hundred thousand. Of a level stretch its
 * two ends are drawn. Places are in tenths of a pixel, so that steps add up to them.
 */
function pathAlong(plot: Plot, stretch: readonly Point[]): string {
  const [first, ...others] = stretch
    .filter(({ y }, at) => stretch[at - 1]?.y !== y || y !== stretch[at + 1]?.y)
    .map(({ x, y }) => [Math.round(acrossOf(plot, x) * 10), Math.round(downOf(plot, y) * 10)] as const);
  if (first === undefined) return '';
  let from = first;
  const steps = others.map((to) => {
    const [across, down] = [(to[0] - from[0]) / 10, (to[1] - from[1]) / 10];
    from = to;
    return `${across} ${down}`;
  });
  const along = steps.length === 0 ? '' : `l${steps.join(' ').replaceAll(' -', '-')}`;
  return `M${first[0] / 10} ${first[1] / 10}${along}`;
}

function reachOf(plot: Plot, { x, y, low = y, high = y }: Point): Markup {
  const across = acrossOf(plot, x);
  return element('line', { x1: across, x2: across, y1: downOf(plot, low), y2: downOf(plot, high) });
}

function legendOf({ name }: Mark, index: number): Markup {
  const x = frame.left + (index % legendColumns) * (inner.width / legendColumns);
  const y = height + Math.floor(index / legendColumns) * legendLine + 6;
  const colour = { fill: colourOf(index), stroke: colourOf(index) };
  const sample = { x1: x, x2: x + 22, y1: y - 4, y2: y - 4, 'stroke-width': '1.5' };
  const line = element('line', { ...sample, 'stroke-dasharray': dashes[index % dashes.length] ?? null });
  return joined([
    element('g', colour, line, shapesAt(index, [[x + 11, y - 4]])),
    text(name.length > 30 ? `${name.slice(0, 29)}…` : name, { x: x + 28, y }),
  ]);
}

/** What a line says, for those who have it read out: where it begins, ends, and its greatest value. */
function inWords({ name, points }: Mark): string {
  const known = points.filter((point) => point !== null);
  if (known.length === 0) return `${name}: not measured`;
  const values = known.map(({ y }) => y);
  const say = (value: number): string => String(Number(value.toPrecision(3)));
  return `${name}: ${known.length} points, ${say(Math.min(...values))} to ${say(Math.max(...values))}`;
}
