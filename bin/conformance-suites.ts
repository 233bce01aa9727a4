import { extname } from 'node:path';
import {
  busConformance,
  type ConformanceResult,
  runConformance,
  storageConformance,
} from '../adapters/conformance/index.ts';
import { busAdapterNames, loadBus, loadStorage, storageAdapterNames } from '../adapters/table.ts';
import { type Exported, loadAdapterModule } from './adapter-module.ts';

/** What is to be held to the suites, and how it is told. */
export interface ConformanceOrder {
  /** The path of a module, or an adapter of ours by name. */
  readonly target: string;
  /** Only tests whose name contains it; null: all. */
  readonly text: string | null;
  readonly json: boolean;
}

interface Tried {
  readonly title: string;
  readonly results: readonly ConformanceResult[];
}

/** Exit code 1 when a test failed, 2 when none was run, 0 otherwise. */
export async function holdToSuites({ target, text, json }: ConformanceOrder): Promise<number> {
  const { url, adapters } = await find(target);
  const only = (name: string): boolean => text === null || name.includes(text);
  const tried: Tried[] = [];
  for (const exported of adapters) {
    const title = `${exported.adapter.name} (${exported.kind})`;
    if (!json) process.stdout.write(`${title}\n`);
    const onResult = (result: ConformanceResult): void => {
      if (!json) process.stdout.write(lines(result));
    };
    const options = { only, onResult, module: { url, name: exported.name } };
    const results =
      exported.kind === 'bus'
        ? await runConformance(busConformance, exported.adapter, options)
        : await runConformance(storageConformance, exported.adapter, options);
    tried.push({ title, results });
  }
  const all = tried.flatMap(({ results }) => results);
  const count = (outcome: ConformanceResult['outcome']): number =>
    all.filter((result) => result.outcome === outcome).length;
  if (json) process.stdout.write(`${JSON.stringify(tried, null, 2)}\n`);
  else
    process.stdout.write(
      `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} not claimed\n`,
    );
  if (count('failed') > 0) return 1;
  return count('passed') === 0 ? 2 : 0;
}

interface Found {
  /** The module that a second process imports to get the adapters. */
  readonly url: string;
  readonly adapters: readonly Exported[];
}

async function find(target: string): Promise<Found> {
  const [isBus, isStorage] = [busAdapterNames.includes(target), storageAdapterNames.includes(target)];
  if (!isBus && !isStorage) return loadAdapterModule(target);
  // A technology's folder exports its adapters as `redisBus`, `redisPubsubBus`, `redisStorage`.
  const [folder = ''] = target.split('-');
  const exported = target.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const url = new URL(`../adapters/${folder}/index${extname(import.meta.url)}`, import.meta.url).href;
  const adapters: Exported[] = [];
  if (isBus) adapters.push({ kind: 'bus', name: `${exported}Bus`, adapter: await loadBus(target) });
  if (isStorage) {
    adapters.push({ kind: 'storage', name: `${exported}Storage`, adapter: await loadStorage(target) });
  }
  return { url, adapters };
}

function lines({ name, meaning, outcome, reason }: ConformanceResult): string {
  if (outcome === 'passed') return `  ok    ${name}\n`;
  if (outcome === 'skipped') return `  -     ${name}: ${reason}\n`;
  return `  FAIL  ${name}\n          ${reason}\n          what it means: ${meaning}\n`;
}
