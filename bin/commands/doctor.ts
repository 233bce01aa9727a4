import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { availableParallelism, freemem, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import type { Adapter } from '../../adapters/adapter.ts';
import { loadBus, loadStorage, storageAdapterNames } from '../../adapters/table.ts';
import { systemClock } from '../../core/clock.ts';
import { isTestbedError, messageOf } from '../../core/error.ts';
import { measureStall, predictedDeliveryMs, queueingTarget } from '../../scenarios/load/self-test.ts';
import { provision } from '../../scenarios/run/provision.ts';
import { UndoStack } from '../../scenarios/run/undo.ts';
import type { Command } from '../command.ts';
import { findK6 } from '../drivers/find-k6.ts';
import { foldRows, outputWidth } from '../fold-rows.ts';

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
    const findings = [
      runtime(),
      machine(),
      await timers(),
      await instruments(),
      collector(),
      disk(),
      modules(),
      ...(await adapters()),
      loadTools(),
    ];
    if (flags.has('json')) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
    else for (const finding of findings) process.stdout.write(line(finding));
    return findings.some(({ state }) => state === 'wrong') ? 4 : 0;
  },
};

function line({ what, state, detail }: Finding): string {
  return foldRows([[`${state.padEnd(6)}${what.padEnd(12)}`, detail]], outputWidth(), 0);
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
  return { what: 'heap', state: able ? 'ok' : 'note', detail };
}

/** A stack may name somebody's module; whether as TypeScript depends on how Node was built and started. */
function modules(): Finding {
  const typed = process.features.typescript !== false;
  const detail = `a stack may name a module of yours, in ${typed ? 'TypeScript or JavaScript' : 'JavaScript only: this Node strips no types'}`;
  return { what: 'modules', state: typed ? 'ok' : 'note', detail };
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

/** Every adapter opened for real, one technology after the other, on a server of its own where it needs one. */
async function adapters(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of storageAdapterNames) {
    const [bus, storage] = [await loadBus(name), await loadStorage(name)];
    findings.push(await openOnce(name, [storage, bus]));
  }
  return findings;
}

async function openOnce(name: string, both: readonly Adapter<unknown>[]): Promise<Finding> {
  const undo = new UndoStack();
  try {
    const folder = mkdtempSync(resolve('.testbed-doctor-'));
    undo.push('remove the data', async () => rmSync(folder, { recursive: true, force: true }));
    const durability = both[0]?.traits.durability[0] ?? 'none';
    const place = { directory: folder, namespace: 'doctor', durability, options: {} };
    const servers = await provision(
      both.map((adapter) => ({ adapter, place })),
      {},
      undo,
    );
    const facts: string[] = [];
    for (const adapter of both) {
      const connection = await adapter.open(place, servers.addressOf(adapter));
      undo.push(`close ${adapter.name}`, () => connection.close());
      if (adapter === both[0])
        facts.push(...Object.entries(connection.facts).map(([fact, value]) => `${fact} ${value}`));
    }
    return { what: name, state: 'ok', detail: facts.join(', ') || 'opens' };
  } catch (error) {
    // A server that is not installed is no fault of the machine: the message says what installs it.
    return {
      what: name,
      state: isTestbedError(error, 'UNSUPPORTED') ? 'note' : 'wrong',
      detail: messageOf(error),
    };
  } finally {
    await undo.run();
  }
}

/** What the driver k6 would play with. */
function loadTools(): Finding {
  try {
    const { path, version } = findK6(undefined, undefined);
    return { what: 'k6', state: 'ok', detail: `${version}, ${path}` };
  } catch (error) {
    return { what: 'k6', state: 'note', detail: messageOf(error) };
  }
}

/** The load's own instruments against a stall whose percentiles arithmetic knows: 200 ms in every second. */
async function instruments(): Promise<Finding> {
  const stall = { everyMs: 1000, stallMs: 200, perS: 200, periods: 2 };
  const { delivery } = await measureStall(stall, systemClock, queueingTarget(stall, systemClock));
  const [seen, predicted] = [delivery.percentile(95), predictedDeliveryMs(stall, 95)];
  const detail = `a known stall: p95 ${seen.toFixed(0)} ms where arithmetic says ${predicted.toFixed(0)} ms`;
  return { what: 'instruments', state: Math.abs(seen - predicted) < 30 ? 'ok' : 'note', detail };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
