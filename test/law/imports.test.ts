/** The import law: who may import whom, and no cycles. The reasons stand in docs/architecture.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = resolve(import.meta.dirname, '../..');

/** For each folder: what else of ours it may import. `*` is everything. A value is a path prefix. */
const law: { readonly [folder: string]: readonly string[] } = {
  core: [],
  reports: [],
  adapters: ['core/'],
  chaos: ['core/'],
  scenarios: ['core/', 'chaos/', 'adapters/adapter.ts', 'reports/'],
  config: ['core/', 'chaos/', 'reports/', 'scenarios/scenario.ts', 'adapters/adapter.ts'],
  bin: ['*'],
  test: ['*'],
};

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));
}

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found: Import[] = [];
  for (const match of text.matchAll(/^\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+'(\.[^']+)'/gm)) {
    const to = relative(root, resolve(root, dirname(file), match[2] as string));
    found.push({ from: file, to, typeOnly: match[1] !== undefined });
  }
  for (const match of text.matchAll(/import\(\s*'(\.[^']+)'\s*\)/g)) {
    found.push({
      from: file,
      to: relative(root, resolve(root, dirname(file), match[1] as string)),
      typeOnly: true,
    });
  }
  return found;
}

export function violations(imports: readonly Import[]): string[] {
  return imports
    .filter(({ from, to }) => {
      const [folder] = from.split('/') as [string];
      const allowed = law[folder] ?? [];
      return (
        !to.startsWith(`${folder}/`) &&
        !allowed.includes('*') &&
        !allowed.some((prefix) => to.startsWith(prefix))
      );
    })
    .map(({ from, to }) => `${from} imports ${to}`);
}

/** Cycles among imports that exist at run time; a type may point back. */
export function cycles(imports: readonly Import[]): string[] {
  const graph = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports) {
    if (!typeOnly) graph.set(from, [...(graph.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    else if (!done.has(file)) {
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    }
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

const all = Object.keys(law).flatMap(sources).flatMap(importsOf);

test('every folder imports only what the law allows', () => {
  assert.equal(violations(all), []);
});

test('no cycle', () => {
  assert.equal(cycles(all), []);
});

test('the law is seen to fail', () => {
  const bad = { from: 'core/agent.ts', to: 'adapters/adapter.ts', typeOnly: true };
  assert.equal(violations([bad]), ['core/agent.ts imports adapters/adapter.ts']);
  const there = { from: 'core/a.ts', to: 'core/b.ts', typeOnly: false };
  const back = { from: 'core/b.ts', to: 'core/a.ts', typeOnly: false };
  assert.equal(cycles([there, back]), ['core/a.ts -> core/b.ts -> core/a.ts']);
});

test('nothing in the product reads outside the project', () => {
  const outside = all.filter(({ to }) => to.startsWith('..'));
  assert.equal(outside, []);
});

test.run();
