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

interface StackParts {
  readonly bus: BusAdapter;
  readonly storage: StorageAdapter;
}

/** Where nodes of the scenario `smoke` stand: the ground of a stack without servers, and what takes it away. */
export async function layNodeSite({ bus, storage }: StackParts, durability = 'none', nodes = 1) {
  const directory = mkdtempSync(join(tmpdir(), 'testbed-node-'));
  const undo = new UndoStack();
  undo.push('remove', async () => rmSync(directory, { recursive: true, force: true }));
  const [smoke] = loadScenarios('smoke', { profile: 'quick', env: {} });
  if (smoke === undefined) throw new Error('there is no scenario smoke');
  const stack = { name: storage.name, bus: bus.name, storage: storage.name };
  const place = {
    directory,
    namespace: 'test',
    durability,
    options: { bus: {}, storage: {} },
    given: {},
  };
  return {
    cell: { scenario: { ...smoke, nodes }, stack, iteration: 1, seed: 1 },
    ground: await layGround({ bus, storage, hot: null }, place, systemClock, undo, () => process.pid),
    fork: forkNode,
    directory,
    startedAtMs: systemClock.now(),
    clock: systemClock,
    undo,
  };
}

/** A node that lives, on a stack without servers: on memory, unless told. */
export async function standNode(
  adapters: StackParts = { bus: memoryBus, storage: memoryStorage },
  durability = 'none',
): Promise<Stood> {
  const site = await layNodeSite(adapters, durability);
  return { ...(await openNode(site)), close: () => site.undo.run(systemClock) };
}
