import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type K6Point, parsePoint, readPoints } from '../../../scenarios/drivers/k6/points.ts';

const time = '2026-05-09T14:34:45.625742514+02:00';
const atMs = Date.UTC(2026, 4, 9, 12, 34, 45, 625);

function line(metric: string, value: unknown, tags: object | null = {}): string {
  return JSON.stringify({ metric, type: 'Point', data: { time, value, tags } });
}

type Row = readonly [what: string, line: string, point: K6Point | null | 'malformed'];

// biome-ignore format: a table
const rows: readonly Row[] = [
  ['a request', line('http_req_duration', 4.5, { kind: 'events', status: '202' }),
    { metric: 'http_req_duration', atMs, value: 4.5, tags: { kind: 'events', status: '202' } }],
  ['without tags', line('dropped_iterations', 3, null), { metric: 'dropped_iterations', atMs, value: 3, tags: {} }],
  ['its type before its metric', `{"type":"Point","data":{"time":"${time}","value":1,"tags":{}},"metric":"http_req_duration"}`,
    { metric: 'http_req_duration', atMs, value: 1, tags: {} }],
  ['a metric that is declared', '{"type":"Metric","data":{"type":"trend","contains":"time","thresholds":[]},"metric":"http_req_duration"}', null],
  ['a metric that nobody looks at', line('http_req_blocked', 1), null],
  ['one that is named in a tag only', line('iterations', 1, { name: 'http_req_duration' }), null],
  ['one that nobody knows yet', line('http_req_teleporting', 1), null],
  ['broken off', line('http_req_duration', 4.5).slice(0, -9), 'malformed'],
  ['broken off early', '{"metric":"http_re', 'malformed'],
  ['no JSON', 'level=error msg="disk full"', 'malformed'],
  ['no value', line('http_req_duration', null), 'malformed'],
  ['no time', '{"metric":"http_req_duration","type":"Point","data":{"value":1,"tags":{}}}', 'malformed'],
  ['no data', '{"metric":"http_req_duration","type":"Point"}', 'malformed'],
];

for (const [what, text, point] of rows) {
  test(what, () => assert.equal(parsePoint(text), point));
}

test('a whole file: in its order, and what was wrong is counted', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'testbed-k6-points-'));
  const path = join(directory, 'points.json');
  writeFileSync(path, rows.map(([, text]) => text).join('\n'));
  const taken: K6Point[] = [];
  try {
    assert.equal(await readPoints(path, (point) => taken.push(point)), { lines: rows.length, malformed: 6 });
    assert.equal(
      taken,
      rows.flatMap(([, , point]) => (point === null || point === 'malformed' ? [] : [point])),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.run();
