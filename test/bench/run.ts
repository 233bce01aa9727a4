/**
 * `npm run bench`: how fast we are, each figure beside its peer in the same run. Arguments narrow it to the parts whose
 * name contains one of them. What could not be measured is said and is not met; the exit code is then 1.
 */
import { cpus, loadavg, release, totalmem } from 'node:os';
import { messageOf } from '../../core/error.ts';
import { agents } from './agents.ts';
import { checks } from './checks.ts';
import { faults } from './faults.ts';
import { type Figure, tableOf } from './figure.ts';
import { gateway } from './gateway.ts';
import { history } from './history.ts';
import { latency } from './latency.ts';
import { link } from './link.ts';
import { live } from './live.ts';
import { longerRun } from './longer-run.ts';
import { overhead } from './overhead.ts';
import { pacer } from './pacer.ts';
import { postgres } from './postgres.ts';
import { quarterly } from './quarterly.ts';
import { recording } from './recording.ts';
import { redis } from './redis.ts';
import { report } from './report.ts';
import { saturation } from './saturation.ts';
import { sqlite } from './sqlite.ts';
import { startup } from './startup.ts';
import { workers } from './workers.ts';

const parts: { readonly [name: string]: () => Promise<readonly Figure[]> } = {
  saturation,
  recording,
  checks,
  'longer-run': longerRun,
  sqlite,
  redis,
  postgres,
  latency,
  link,
  faults,
  agents,
  gateway,
  pacer,
  history,
  report,
  live,
  quarterly,
  workers,
  startup,
  overhead,
};

function machine(): string {
  const memory = `${Math.round(totalmem() / 1e9)} GB`;
  const load = loadavg().map((value) => value.toFixed(1));
  return `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${memory}, kernel ${release()}, Node ${process.versions.node}, load ${load.join(' ')}`;
}

/** Ratios suffer less than figures when the machine is shared, but they suffer. */
function warning(): string {
  const busy = (loadavg()[0] as number) > cpus().length / 2;
  return busy ? 'Something else is using this machine: figures are too low, and ratios uncertain.\n' : '';
}

async function main(): Promise<void> {
  process.stdout.write(`${machine()}\n${warning()}`);
  const startedMs = performance.now();
  const wanted = process.argv.slice(2);
  const chosen = Object.entries(parts).filter(
    ([name]) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );
  const figures: Figure[] = [];
  const failures: string[] = [];
  for (const [name, part] of chosen) {
    process.stderr.write(`${name}\n`);
    try {
      figures.push(...(await part()));
    } catch (error) {
      failures.push(`${name}: not measured: ${messageOf(error)}`);
    }
  }
  process.stdout.write(tableOf(figures));
  for (const failure of failures) process.stdout.write(`${failure}\n`);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  process.stdout.write(`${seconds} s, load at the end ${loadavg()[0]?.toFixed(1)}\n`);
  process.exitCode = failures.length > 0 || figures.length === 0 ? 1 : 0;
}

await main();
