/** The process of one cell: fresh, so that its heap, RSS and CPU are this cell's alone. Talks to the runner on a line. */
import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { Layers } from '../adapters/layers/index.ts';
import { loadStorage } from '../adapters/table.ts';
import { systemClock } from '../core/clock.ts';
import { withLeaks } from '../reports/leaks/with-leaks.ts';
import { writeRecord } from '../reports/write-result.ts';
import { tooManyConnections } from '../scenarios/crowd/descriptors.ts';
import { type CellContext, runCell } from '../scenarios/run/run-cell.ts';
import { withOwnThresholds } from '../scenarios/run/thresholds-of-stack.ts';
import { unplayable } from '../scenarios/run/unplayable.ts';
import { isWorkerLost } from '../scenarios/workers/lost.ts';
import { openLine } from './cell-line.ts';
import type { CellOrder, FromCell } from './cell-protocol.ts';
import { k6Of } from './drivers/k6-of.ts';
import { explain } from './error-text.ts';
import { playProbe } from './leaks/play-probe.ts';
import { loadStack } from './modules/load-stack.ts';
import { entryFile } from './own-process.ts';
import { isInside } from './profile/profiler.ts';
import { runProfiled } from './profile/run-profiled.ts';

const stop = new AbortController();

const line = openLine(process.argv[2]);
const tell = (message: FromCell): Promise<void> => line.tell(message);

async function run(order: CellOrder): Promise<void> {
  const { cell, key, directory, outputDirectory, dataDirectory, environment, given, namespace } = order;
  try {
    const { target } = cell.scenario;
    if (target !== undefined) {
      const { runTarget } = await import('../scenarios/target/run-target.ts');
      const record = await runTarget({
        cell: { ...cell, scenario: { ...cell.scenario, target } },
        clock: systemClock,
        ...{ outputDirectory, dataDirectory, environment },
        signal: stop.signal,
        progress: (progress) => void tell({ kind: 'progress', progress }),
      });
      await tell({ kind: 'done', record: await writeRecord(directory, { ...record, key }) });
      return;
    }
    const { bus, storage, assemble, ownStorage } = await loadStack(cell.stack);
    const reason =
      unplayable(cell.scenario, { bus, storage, ownStorage, given }) ?? tooManyConnections(cell.scenario);
    if (reason !== null) {
      await tell({ kind: 'unsupported', reason });
      return;
    }
    const k6 = k6Of(order);
    if (typeof k6 === 'string') {
      await tell({ kind: 'unsupported', reason: k6 });
      return;
    }
    const { layers } = cell.scenario;
    const hot = layers?.hot ? await loadStorage(layers.hot.store) : null;
    const context: CellContext = {
      cell: withOwnThresholds(cell),
      bus,
      storage,
      ...(layers && { layers: new Layers(layers, { bus, storage, hot }) }),
      assemble,
      forkNode: () => forkOurs('node'),
      forkWorker: () => forkOurs('worker', { serialization: 'advanced', execArgv }),
      forkCrowd: () => forkOurs('crowd'),
      ...(k6 && { k6 }),
      ownStorage,
      dataDirectory,
      outputDirectory,
      clock: systemClock,
      environment,
      given,
      namespace,
      signal: stop.signal,
      progress: (progress) => void tell({ kind: 'progress', progress }),
      watched: order.watched,
    };
    const { probe, leaks, profiler } = order;
    if (probe !== undefined) {
      await tell({ kind: 'done', record: await playProbe(context, probe.snapshots) });
      return;
    }
    const played = await (isInside(profiler) ? runProfiled(context, profiler) : runCell(context));
    const record = leaks === undefined ? played : withLeaks(played, leaks);
    await tell({ kind: 'done', record: await writeRecord(directory, { ...record, key }) });
  } catch (error) {
    if (isWorkerLost(error)) return await tell({ kind: 'died', message: error.message, detail: '' });
    const { code, text } = explain(error);
    const detail = error instanceof Error ? (error.stack ?? '') : '';
    await tell({ kind: 'failed', code, message: text, detail });
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}

/** A worker is what we would be ourselves if it played no part of the load: its heap is looked at as ours is. */
const { execArgv } = process;

/**
 * A process of ours is of our group, and ends with it. What it says goes through us: who waits for the end of what we say must
 * not have to wait for one that stands still.
 */
function forkOurs(entry: string, options: ForkOptions = {}): ChildProcess {
  const child = fork(entryFile(entry), [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], ...options });
  child.stdout?.pipe(process.stdout, { end: false });
  child.stderr?.pipe(process.stderr, { end: false });
  return child;
}

// Asked of this process alone: the cell ends and leaves its record. The runner's own way to ask is IPC.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort());
line.hear((message) => {
  if (message.kind === 'stop') stop.abort();
  else void run(message).finally(() => line.close());
});
// The runner is gone: nobody will read what this measures. Its watchdog ends us in any case; this is for where there is none.
line.lost(() => {
  stop.abort();
  setTimeout(() => process.exit(0), 1000).unref();
});
