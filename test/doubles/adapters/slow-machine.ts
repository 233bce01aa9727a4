/** A slower machine for one side alone: the process of the cell has a CPU that it shares with others. Linux. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Should nobody end them, they end by themselves. */
const longestS = 20;

/** Binds this process to one CPU and starts so many others on it that only spin. Returns how these end. */
export function slowMachine(hogs: number): () => void {
  const [, cpu = '0'] = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  execFileSync('taskset', ['-a', '-c', '-p', cpu, String(process.pid)]);
  const spinning = Array.from({ length: hogs }, () =>
    spawn('timeout', [`${longestS}`, 'taskset', '-c', cpu, 'sh', '-c', 'while :; do :; done'], {
      stdio: 'ignore',
    }),
  );
  return () => {
    for (const hog of spinning) hog.kill();
  };
}
