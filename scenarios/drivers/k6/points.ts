import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** One sample of k6's output, of a metric that is looked at. */
export interface K6Point {
  readonly metric: ReadMetric;
  /** When it was taken, in milliseconds since the epoch: of what an HTTP request took, its end. */
  readonly atMs: number;
  readonly value: number;
  readonly tags: { readonly [name: string]: string };
}

/** What is looked at of k6's output; there are many more metrics. */
export const readMetrics = [
  'http_req_duration',
  'dropped_iterations',
  'testbed_late_ms',
  'testbed_read_ms',
  'testbed_unsuccessful',
] as const;
export type ReadMetric = (typeof readMetrics)[number];

/** How k6's output was, beside its samples. */
export interface PointsRead {
  readonly lines: number;
  /** Lines that are no JSON, or no sample that could be one. */
  readonly malformed: number;
}

type Written = {
  readonly type?: unknown;
  readonly metric?: unknown;
  readonly data?: { readonly time?: unknown; readonly value?: unknown; readonly tags?: unknown } | null;
};

/** A sample that is looked at, null for any other line of the output, `malformed` for one that says nothing. */
export function parsePoint(line: string): K6Point | null | 'malformed' {
  // A third of the time goes into parsing: what is certainly nothing to us is not.
  if (line.startsWith('{') && line.endsWith('}') && !readMetrics.some((name) => line.includes(`"${name}"`)))
    return null;
  let written: Written | null;
  try {
    written = JSON.parse(line);
  } catch {
    // Broken off, or never k6's.
    return 'malformed';
  }
  if (written === null || typeof written !== 'object') return 'malformed';
  const { type, metric, data } = written;
  if (type !== 'Point' || typeof metric !== 'string') return type === 'Metric' ? null : 'malformed';
  if (!isRead(metric)) return null;
  const atMs = typeof data?.time === 'string' ? Date.parse(data.time) : Number.NaN;
  const { value, tags } = data ?? {};
  if (Number.isNaN(atMs) || typeof value !== 'number') return 'malformed';
  return { metric, atMs, value, tags: (tags ?? {}) as K6Point['tags'] };
}

function isRead(metric: string): metric is ReadMetric {
  return (readMetrics as readonly string[]).includes(metric);
}

/** Hands over every sample that is looked at, in the order of the file, whatever its length. */
export async function readPoints(path: string, take: (point: K6Point) => void): Promise<PointsRead> {
  let [lines, malformed] = [0, 0];
  const file = createReadStream(path, 'utf8');
  try {
    for await (const line of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line === '') continue;
      lines++;
      const point = parsePoint(line);
      if (point === 'malformed') malformed++;
      else if (point !== null) take(point);
    }
  } finally {
    file.destroy();
  }
  return { lines, malformed };
}
