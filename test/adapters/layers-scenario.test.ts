/** Layers as a scenario chooses them, and a cell that is played through all of them at once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Layers } from '../../adapters/layers/index.ts';
import { memoryBus, memoryStorage } from '../../adapters/memory/index.ts';
import { sqliteStorage } from '../../adapters/sqlite/index.ts';
import { assemble } from '../../bin/assemble.ts';
import { systemClock } from '../../core/clock.ts';
import type { RunRecord } from '../../reports/record.ts';
import { readEnvironment } from '../../scenarios/run/environment.ts';
import { runCell } from '../../scenarios/run/run-cell.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { loadAll } from '../config/broken.ts';

const textOf = (layers: string): string => `name: layered
workload:
  agents: 10
  lifetime: { mean: 400ms, complete: 1 }
  subscribers: 2
  payload: { size: 2KiB, compressible: 0.9 }
  events: 20/s per agent
  messages: 10/s per agent
  transitions: 50/s
  orchestrator: { cacheSize: 0, history: { keep: 1000 }, retention: { endedFor: forever, every: 50ms } }
  phases: [{ name: steady, for: 1s }]
${layers}`;

test('none unless asked for; every unit a number; what lists several is a parameter', () => {
  const layersOf = (text: string): unknown => loadAll(textOf(text)).map(({ layers }) => layers);
  assert.equal(layersOf(''), [undefined]);
  assert.equal(layersOf('layers: { hot: { fresh: 1s }, queryCache: { for: 2s } }'), [undefined]);
  assert.equal(layersOf('layers: { compression: { algorithm: [none, zstd], above: 2KiB } }'), [
    undefined,
    { compression: { algorithm: 'zstd', aboveBytes: 2048 }, hot: null, queryCache: null },
  ]);
  const both = 'layers: { hot: { store: redis, fresh: 500ms }, queryCache: { entries: 5, for: 2s } }';
  assert.equal(layersOf(both), [
    { compression: null, hot: { store: 'redis', freshMs: 500 }, queryCache: { entries: 5, forMs: 2000 } },
  ]);
  const [, zstd] = loadAll(textOf('layers: { compression: { algorithm: [none, zstd] } }'));
  assert.equal(zstd?.parameters, { 'layers.compression.algorithm': 'zstd' });
  for (const wrong of ['{ hot: { store: mars } }', '{ compression: { algorithm: lzma } }', '{ heat: {} }']) {
    assert.throws(() => loadAll(textOf(`layers: ${wrong}`)), /layers/, wrong);
  }
});

async function play(scenario: Scenario): Promise<RunRecord> {
  const directory = mkdtempSync(join(tmpdir(), 'testbed-layers-'));
  const adapters = { bus: memoryBus, storage: sqliteStorage, hot: memoryStorage };
  const { layers } = scenario;
  try {
    return await runCell({
      cell: {
        scenario,
        stack: { name: 'memory+sqlite', bus: 'memory', storage: 'sqlite' },
        iteration: 1,
        seed: 1,
      },
      ...adapters,
      ...(layers && { layers: new Layers(layers, adapters) }),
      assemble,
      dataDirectory: directory,
      outputDirectory: directory,
      clock: systemClock,
      environment: readEnvironment(),
      signal: new AbortController().signal,
      progress: () => {},
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test('through all layers every check holds, and the record says what each has done', async () => {
  const [scenario] = loadAll(
    textOf(`layers:
  compression: { algorithm: zstd, above: 1KiB }
  hot: { store: memory }
  queryCache: { entries: 100 }
`),
  );
  const record = await play(scenario as Scenario);
  assert.equal(
    record.checks
      .filter(({ verdict }) => verdict !== 'PASS')
      .map(({ check, detail }) => `${check}: ${detail}`),
    [],
  );
  const environment = record.environment as unknown as { [part: string]: { [fact: string]: number } };
  const told = (layer: string, fact: string): number => environment[layer]?.[fact] ?? Number.NaN;
  assert.ok(told('busCompression', 'compressedPayloads') > 100);
  assert.ok(told('storageCompression', 'compressedBytesSaved') > 100_000);
  assert.ok(told('hot', 'hotHits') > 20);
  assert.is(told('hot', 'hotFailures'), 0);
  assert.ok(told('queryCache', 'queryHits') + told('queryCache', 'queryMisses') > 0);
});

test.run();
