import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { availableParallelism, freemem, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { loadBus, loadStorage, storageAdapterNames } from '../../adapters/table.ts';
import { systemClock } from '../../core/clock.ts';
import { messageOf } from '../../core/error.ts';
import type { Command } from '../command.ts';

interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'wrong';
  readonly detail: string;
}

export const doctor: Command = {
  name: 'doctor',
  usage: '',
  what: 'Looks at this machine and says what will work here and how well. Exit code 4 when something needed does not.',
  positional: { least: 0, most: 0 },
  flags: [{ name: 'json', value: null, what: 'as JSON' }],
  examples: [['testbed doctor', 'a line for each thing looked at']],
  async run(flags) {
    const findings = [runtime(), machine(), await timers(), collector(), disk(), ...(await adapters())];
    if (flags.has('json')) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
    else for (const finding of findings) process.stdout.write(line(finding));
    return findings.some(({ state }) => state === 'wrong') ? 4 : 0;
  },
};

function line({ what, state, detail }: Finding): string {
  return `${state.padEnd(6)}${what.padEnd(14)}${detail}\n`;
}

function runtime(): Finding {
  const { node } = process.versions;
  const pinned = node.startsWith('24.');
  const detail = pinned
    ? `Node ${node}`
    : `Node ${node}; results compare only within one version, the pinned one is 24`;
  return { what: 'runtime', state: pinned ? 'ok' : 'note', detail };
}

function machine(): Finding {
  const cores = availableParallelism();
  const load = loadavg()[0] as number;
  const busy = load > cores / 2;
  const free = `${(freemem() / 1e9).toFixed(1)} GB free`;
  const detail = `${cores} cores, load ${load.toFixed(1)}, ${free}${busy ? '; something else is using this machine' : ''}`;
  return { what: 'machine', state: busy || cores < 2 ? 'note' : 'ok', detail };
}

/** What a sleep of 1 ms really takes: the grain of every send that is due. */
async function timers(): Promise<Finding> {
  const taken: number[] = [];
  for (let round = 0; round < 50; round++) {
    const before = systemClock.now();
    await systemClock.sleep(1);
    taken.push(systemClock.now() - before);
  }
  const grain = median(taken);
  return {
    what: 'timers',
    state: grain < 3 ? 'ok' : 'note',
    detail: `a sleep of 1 ms takes ${grain.toFixed(2)} ms`,
  };
}

/** Cells are started with the collector exposed; asked here of the runtime itself. */
function collector(): Finding {
  const able = process.allowedNodeEnvironmentFlags.has('--expose-gc');
  const detail = able
    ? 'heap can be weighed after collection'
    : 'no --expose-gc: memory metrics are not measured';
  return { what: 'memory', state: able ? 'ok' : 'note', detail };
}

/** How long a write takes to be durable where results and data go by default. */
function disk(): Finding {
  try {
    const folder = mkdtempSync(resolve('.testbed-doctor-'));
    try {
      const file = openSync(join(folder, 'probe'), 'w');
      const taken: number[] = [];
      for (let round = 0; round < 20; round++) {
        const before = systemClock.now();
        writeSync(file, 'x');
        fsyncSync(file);
        taken.push(systemClock.now() - before);
      }
      closeSync(file);
      const { bavail, bsize } = statfsSync(folder);
      const room = (bavail * bsize) / 1e9;
      const detail = `write and fsync ${median(taken).toFixed(2)} ms, ${room.toFixed(1)} GB free here`;
      return { what: 'disk', state: room < 1 ? 'note' : 'ok', detail };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch (error) {
    return { what: 'disk', state: 'wrong', detail: `cannot write here: ${messageOf(error)}` };
  }
}

/** Each adapter opened for real, in a directory of its own. */
async function adapters(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of storageAdapterNames) {
    const folder = mkdtempSync(resolve('.testbed-doctor-'));
    const place = { directory: folder, namespace: 'doctor', durability: 'none', options: {} };
    try {
      const [bus, storage] = [await loadBus(name), await loadStorage(name)];
      const open = [await bus.open(place), await storage.open(place)];
      const facts = Object.entries(open[1]?.facts ?? {}).map(([fact, value]) => `${fact} ${value}`);
      for (const { close } of open) await close();
      findings.push({ what: name, state: 'ok', detail: facts.join(', ') || 'opens' });
    } catch (error) {
      findings.push({ what: name, state: 'wrong', detail: messageOf(error) });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return findings;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
