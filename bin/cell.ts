/** The process of one cell: fresh, so that its heap, RSS and CPU are this cell's alone. Talks to the runner by IPC. */
import { rmSync } from 'node:fs';
import { loadBus, loadStorage } from '../adapters/table.ts';
import { systemClock } from '../core/clock.ts';
import { isTestbedError, messageOf } from '../core/error.ts';
import { writeRecord } from '../reports/write-result.ts';
import { unsupportedBy } from '../scenarios/run/open-stack.ts';
import { runCell } from '../scenarios/run/run-cell.ts';
import { assemble } from './assemble.ts';
import type { FromCell, ToCell } from './cell-protocol.ts';

const stop = new AbortController();

function tell(message: FromCell): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

async function run(order: Extract<ToCell, { kind: 'run' }>): Promise<void> {
  const { cell, directory, outputDirectory, dataDirectory, environment } = order;
  try {
    const bus = await loadBus(cell.stack.bus);
    const storage = await loadStorage(cell.stack.storage);
    const reason = unsupportedBy(bus, storage, cell.scenario.durability);
    if (reason !== null) {
      await tell({ kind: 'unsupported', reason });
      return;
    }
    const record = await runCell({
      cell,
      bus,
      storage,
      assemble,
      dataDirectory,
      outputDirectory,
      clock: systemClock,
      environment,
      signal: stop.signal,
      progress: (progress) => void tell({ kind: 'progress', progress }),
    });
    await tell({ kind: 'done', record: await writeRecord(directory, record) });
  } catch (error) {
    const code = isTestbedError(error) ? error.code : 'INTERNAL';
    const stack = code === 'INTERNAL' && error instanceof Error ? `\n${error.stack}` : '';
    await tell({ kind: 'failed', code, message: `${messageOf(error)}${stack}` });
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}

// A terminal's Ctrl-C reaches the whole group; the runner decides what it means and says so by IPC.
process.on('SIGINT', () => {});
process.on('message', (message: ToCell) => {
  if (message.kind === 'stop') stop.abort();
  else void run(message).finally(() => process.disconnect?.());
});
// The runner is gone: nobody will read what this measures.
process.on('disconnect', () => {
  stop.abort();
  setTimeout(() => process.exit(0), 1000).unref();
});
