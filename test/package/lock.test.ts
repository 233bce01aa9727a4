import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = resolve(import.meta.dirname, '../..');

interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly gypfile?: boolean;
  readonly optionalDependencies?: { readonly [name: string]: string };
}

interface Lock {
  readonly packages: { readonly [path: string]: LockEntry };
}

interface Manifest {
  readonly allowScripts?: { readonly [name: string]: boolean };
  readonly dependencies: { readonly [name: string]: string };
  readonly devDependencies: { readonly [name: string]: string };
}

/** What ties a lock to one registry or one platform. A link to a folder of this checkout is no tie. */
function ties({ packages }: Lock): readonly string[] {
  const found: string[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (entry.link === true || !(path === '' || path.startsWith('node_modules/'))) continue;
    const { version, resolved, integrity, optionalDependencies = {} } = entry;
    if (resolved !== undefined) found.push(`${path} is tied to ${resolved}`);
    if (path !== '' && integrity === undefined) found.push(`${path} has no integrity`);
    if (path !== '' && version === undefined) found.push(`${path} has no version`);
    for (const name of Object.keys(optionalDependencies)) {
      if (packages[`node_modules/${name}`] === undefined) {
        found.push(`${path} lacks its platform package ${name}: npm ci refuses such a lock elsewhere`);
      }
    }
  }
  return found;
}

/** What would make `npm ci` fail, compile, or fetch from one place only, somewhere. `npm install` causes each of them. */
function flaws(
  { packages }: Lock,
  { allowScripts, dependencies, devDependencies }: Manifest,
): readonly string[] {
  const found: string[] = [];
  if (packages['node_modules/better-sqlite3']?.gypfile !== false) {
    found.push('better-sqlite3 has lost "gypfile": false in the lock: npm 10 would start a compiler');
  }
  for (const [name, allowed] of [
    ['node', true],
    ['better-sqlite3', false],
  ] as const) {
    if (allowScripts?.[name] !== allowed) found.push(`allowScripts must have "${name}": ${allowed}`);
  }
  found.push(...ties({ packages }));
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    if (packages[`node_modules/${name}`]?.version !== version) {
      found.push(`${name} is ${version} in package.json and not in the lock`);
    }
  }
  return found;
}

const lock: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

test('the lock installs without a compiler, from any registry, on every platform', () => {
  assert.equal(flaws(lock, manifest), []);
});

test('so do the locks of the examples', () => {
  const locks = globSync('examples/*/package-lock.json', { cwd: root });
  assert.ok(locks.length >= 3);
  for (const file of locks) {
    const { packages }: Lock = JSON.parse(readFileSync(join(root, file), 'utf8'));
    assert.equal(ties({ packages }), [], file);
    assert.is(packages['node_modules/testbed']?.link, true, `${file}: this checkout is what it runs on`);
  }
});

/** The same lock with one entry changed; null takes it out. */
function changed(path: string, change: Partial<LockEntry> | null): Lock {
  const { [path]: entry, ...others } = lock.packages;
  return { packages: change === null ? others : { ...others, [path]: { ...entry, ...change } } };
}

test('each of these is noticed', () => {
  const sqlite = 'node_modules/better-sqlite3';
  const [name = ''] = Object.keys(lock.packages['node_modules/@biomejs/biome']?.optionalDependencies ?? {});
  const rows: readonly (readonly [Lock, Manifest, RegExp])[] = [
    [changed(sqlite, { gypfile: true }), manifest, /lost "gypfile": false/],
    [changed(sqlite, { resolved: 'https://registry.example/x.tgz' }), manifest, /is tied to https/],
    [changed(`node_modules/${name}`, null), manifest, /lacks its platform package @biomejs/],
    [changed('node_modules/yaml', { version: '0.0.1' }), manifest, /^yaml is .* and not in the lock/],
    [lock, { ...manifest, allowScripts: { node: true } }, /allowScripts must have "better-sqlite3": false/],
    [lock, { ...manifest, allowScripts: { 'better-sqlite3': false } }, /allowScripts must have "node": true/],
  ];
  for (const [one, other, says] of rows) {
    const found = flaws(one, other);
    assert.is(found.length, 1, found.join('\n'));
    assert.match(found[0] as string, says);
  }
});

test.run();
