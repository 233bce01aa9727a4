import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BusAdapter, StorageAdapter } from '../../adapters/adapter.ts';
import { memoryBus, memoryStorage } from '../../adapters/memory/index.ts';
import { loadScenarios } from '../../config/load-scenario.ts';
import { systemClock } from '../../core/clock.ts';
import { type OpenNode, openNode } from '../../scenarios/node/open-node.ts';
import { layGround } from '../../scenarios/run/ground.ts';
import { UndoStack } from '../../scenarios/run/undo.ts';

const entry = fileURLToPath(new URL('../../bin/node.ts', import.meta.url));

export function forkNode(): ChildProcess {
  return fork(entry, [], { execArgv: ['--no-warnings'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

export interface Stood extends OpenNode {
  close(): Promise<readonly string[]>;
}

/** A node that lives, on a stack without servers: on memory, unless told. */
export async function standNode(
  adapters: { readonly bus: BusAdapter; readonly storage: StorageAdapter } = {
    bus: memoryBus,
    storage: memoryStorage,
  },
  durability = 'none',
): Promise<Stood> {
  const directory = mkdtempSync(join(tmpdir(), 'testbed-node-'));
  const undo = new UndoStack();
  undo.push('remove', async () => rmSync(directory, { recursive: true, force: true }));
  const { bus, storage } = adapters;
  const [scenario] = loadScenarios('smoke', { profile: 'quick', env: {} });
  if (scenario === undefined) throw new Error('there is no scenario smoke');
  const stack = { name: storage.name, bus: bus.name, storage: storage.name };
  const place = {
    directory,
    namespace: 'test',
    durability,
    options: { bus: {}, storage: {} },
    given: {},
  };
  const ground = await layGround({ ...adapters, hot: null }, place, systemClock, undo, () => process.pid);
  const opened = await openNode({
    cell: { scenario, stack, iteration: 1, seed: 1 },
    ground,
    fork: forkNode,
    directory,
    startedAtMs: systemClock.now(),
    clock: systemClock,
    undo,
  });
  return { ...opened, close: () => undo.run(systemClock) };
}
