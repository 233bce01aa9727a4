import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readServerUsage, ServerMeter } from '../../scenarios/run/server-usage.ts';

/** A /proc of our own: what a process's files say, by pid. */
function withProc(
  processes: { readonly [pid: number]: { readonly stat: string; readonly io?: string } },
  act: (proc: string) => void,
): void {
  const proc = mkdtempSync(join(tmpdir(), 'proc-'));
  try {
    for (const [pid, { stat, io }] of Object.entries(processes)) {
      mkdirSync(join(proc, pid));
      writeFileSync(join(proc, pid, 'stat'), stat);
      if (io !== undefined) writeFileSync(join(proc, pid, 'io'), io);
    }
    act(proc);
  } finally {
    rmSync(proc, { recursive: true });
  }
}

/** pid (command) state parent ... utime stime cutime cstime ... rss, as in proc(5). */
const stat = (
  pid: number,
  command: string,
  parent: number,
  ticks: readonly number[],
  pages: number,
): string => `${pid} (${command}) S ${parent} 1 1 0 -1 0 0 0 0 0 ${ticks.join(' ')} 20 0 1 0 0 0 ${pages} 0`;
const io = (bytes: number): string => `rchar: 1\nwrite_bytes: ${bytes}\ncancelled_write_bytes: 0\n`;

test('a server is its process, its descendants, and those that have ended', () => {
  const processes = {
    10: { stat: stat(10, 'post (gres) x', 1, [100, 50, 30, 20], 1000), io: io(4096) },
    11: { stat: stat(11, 'worker', 10, [5, 5, 0, 0], 10), io: io(8192) },
    12: { stat: stat(12, 'of worker', 11, [10, 0, 0, 0], 1), io: io(0) },
    13: { stat: stat(13, 'somebody else', 1, [9999, 0, 0, 0], 9999), io: io(1) },
  };
  withProc(processes, (proc) => {
    assert.equal(readServerUsage(10, proc), {
      cpuS: 2.2,
      rssBytes: 1011 * 4096,
      writtenBytes: 12_288,
      pids: [10, 11, 12],
    });
  });
});

test('what may not be read is not known, never 0', () => {
  const processes = {
    10: { stat: stat(10, 'a', 1, [1, 0, 0, 0], 1), io: io(1) },
    11: { stat: stat(11, 'b', 10, [0, 0, 0, 0], 1) },
  };
  withProc(processes, (proc) => assert.is(readServerUsage(10, proc)?.writtenBytes, null));
});

test('a process that is gone, and a system without /proc', () => {
  withProc({}, (proc) => assert.is(readServerUsage(10, proc), null));
  assert.is(readServerUsage(10, join(tmpdir(), 'no-such-proc')), null);
});

test('of a real process, where there is a /proc', () => {
  const usage = readServerUsage(process.pid);
  if (process.platform === 'linux') assert.ok((usage?.rssBytes ?? 0) > 1e6);
  else assert.is(usage, null);
});

test('a server that was started again meanwhile has counters of its own: nothing is told, however much it uses', () => {
  const server = { pid: process.ppid };
  const meter = new ServerMeter([{ pid: process.pid }, server], 0);
  assert.is(meter.end() === null, readServerUsage(process.pid) === null);
  server.pid = process.pid;
  assert.is(meter.end(), null);
});

test('a child of a server that ended meanwhile took with it what it had written: that is not told, the rest is', async () => {
  const child = spawn('sleep', ['60']);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const meter = new ServerMeter([{ pid: process.pid }], 0);
  const whole = meter.end();
  child.kill('SIGKILL');
  await ended;
  const used = meter.end();
  assert.is(used?.writtenBytes ?? null, null);
  assert.is(used === null, whole === null);
  if (process.platform === 'linux') assert.type(whole?.writtenBytes, 'number');
});

test.run();
