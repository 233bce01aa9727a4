import { detectableOf } from '../gate/decide.ts';
import type { Verdict } from '../record.ts';
import { locationOf } from '../signed-rank.ts';
import { worst } from '../verdict.ts';
import { theilSen } from './theil-sen.ts';
import type { MemoryPoint, MemoryTrace } from './trace.ts';

/** What counts as a leak, and of how many processes that is to be said. */
export interface LeakRule {
  /** More than so many bytes an operation. */
  readonly aboveBytes: number;
  readonly processes: number;
}

/** What memory grows by with each operation, in bytes, over processes. */
export interface Slope {
  /** Hodges-Lehmann over the slopes of the processes; null without one. */
  readonly estimate: number | null;
  /** Each end is wrong on its side with a chance of 1 % at most; null where so few processes cannot give it. */
  readonly low: number | null;
  readonly high: number | null;
}

/** One kind of memory. */
export interface LeakRow {
  readonly memory: 'heap' | 'external';
  readonly verdict: Extract<Verdict, 'PASS' | 'FAIL' | 'INCONCLUSIVE'>;
  /** Over all of what the first processes did. */
  readonly first: Slope;
  /** Over the last quarter of what those did that had twice the work; null where none had. */
  readonly last: Slope | null;
  /** So much an operation would have been told from none in 9 of 10 tries; null as an interval. */
  readonly detectable: number | null;
  readonly why: string;
}

export interface LeakReport {
  readonly verdict: LeakRow['verdict'];
  readonly rows: readonly LeakRow[];
  /** What the kernel counts, allocators' reserves and all: shown, and not judged. */
  readonly rss: Slope;
  readonly processes: number;
  /** Of the processes with the fewest. */
  readonly operations: number;
}

/** One process's trend is no verdict, and this many agreeing are the fewest that can be one at 1 %. */
export const fewestProcesses = 8;
const level = 0.01;

/**
 * Whether memory grows with operations, from processes that each did the work once and, where that left it open or pointed at a
 * leak, from others that did it twice. FAIL is said on evidence alone: it grew by more than the rule allows at first, or may have,
 * and it still did in the last quarter of twice the work, by which time what fills has filled.
 */
export function judgeLeaks(
  once: readonly MemoryTrace[],
  twice: readonly MemoryTrace[] | null,
  rule: LeakRule,
): LeakReport {
  const rows = (['heap', 'external'] as const).map((memory) => judgeRow(memory, once, twice, rule));
  const sound = once.filter(isSound);
  return {
    verdict: worst(rows.map(({ verdict }) => verdict)) as LeakRow['verdict'],
    rows,
    rss: slopeOver(slopesOf(once, ({ rssBytes }) => rssBytes)),
    processes: sound.length,
    operations: Math.min(...sound.map(({ points }) => points.at(-1)?.operations ?? 0)),
  };
}

const held = {
  heap: ({ heapBytes }: MemoryPoint) => heapBytes,
  external: ({ externalBytes }: MemoryPoint) => externalBytes,
};

function judgeRow(
  memory: LeakRow['memory'],
  once: readonly MemoryTrace[],
  twice: readonly MemoryTrace[] | null,
  { aboveBytes, processes }: LeakRule,
): LeakRow {
  const slopes = slopesOf(once, held[memory]);
  const lastSlopes = twice && slopesOf(twice.map(lastQuarter), held[memory]);
  const [first, last] = [slopeOver(slopes), lastSlopes && slopeOver(lastSlopes)];
  const isInside = ({ high }: Slope): boolean => high !== null && high < aboveBytes;
  const isAbove = ({ low }: Slope): boolean => low !== null && low > aboveBytes;
  const row = (verdict: LeakRow['verdict'], why: string, judged = slopes): LeakRow => {
    const detectable = judged.length === 0 ? null : detectableOf(judged, level, aboveBytes);
    return { memory, verdict, first, last, detectable, why };
  };
  if (slopes.length < fewestProcesses)
    return row(
      'INCONCLUSIVE',
      `${slopes.length} of ${processes} processes say something, ${fewestProcesses} are needed`,
    );
  if (isInside(first)) return row('PASS', 'grows by less');
  if (last === null || lastSlopes === null)
    return row(
      'INCONCLUSIVE',
      isAbove(first) ? 'grows by more, not confirmed with twice the work' : 'may grow by more',
    );
  if (lastSlopes.length < fewestProcesses)
    return row(
      'INCONCLUSIVE',
      `with twice the work, ${lastSlopes.length} of ${processes} processes say something`,
    );
  if (isAbove(last)) return row('FAIL', 'goes on growing with twice the work', lastSlopes);
  if (isInside(last))
    return row(
      'PASS',
      isAbove(first) ? 'filled and stopped: less at the end of twice the work' : 'less with twice the work',
      lastSlopes,
    );
  return row('INCONCLUSIVE', 'the interval reaches across the bound with twice the work, too', lastSlopes);
}

function isSound({ problem, points }: MemoryTrace): boolean {
  return problem === null && (points.at(-1)?.operations ?? 0) > 0;
}

/** What was wrong with a process says nothing about its memory. */
function slopesOf(traces: readonly MemoryTrace[], of: (point: MemoryPoint) => number): readonly number[] {
  return traces
    .filter(isSound)
    .flatMap(({ points }) => theilSen(points.map((point) => [point.operations, of(point)])) ?? []);
}

function lastQuarter(trace: MemoryTrace): MemoryTrace {
  return { ...trace, points: trace.points.slice(-1 - Math.ceil((trace.points.length - 1) / 4)) };
}

function slopeOver(slopes: readonly number[]): Slope {
  if (slopes.length === 0) return { estimate: null, low: null, high: null };
  const { estimate, interval } = locationOf(slopes, 1 - 2 * level);
  return { estimate, low: interval?.low ?? null, high: interval?.high ?? null };
}
