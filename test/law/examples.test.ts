/** The law of the examples: written as somebody else would, against what the package exports and nothing else of ours. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dependenciesOf, examples, folderOf } from '../examples/example.ts';

const exported: readonly string[] = Object.keys(
  JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')).exports,
).map((path) => path.replace(/^\./, 'testbed'));

/** What a file imports, by whatever kind of import. */
function importsIn(text: string): string[] {
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'|\bimport\.meta\.resolve\('([^']+)'\)/g);
  return [...found].map(([, one, other]) => one ?? (other as string));
}

/** Why an example may not import it from `file` (relative to the example's folder); null when it may. */
function objection(file: string, specifier: string, dependencies: readonly string[]): string | null {
  if (specifier.startsWith('.')) {
    const isOwn = !relative('.', join(dirname(file), specifier)).startsWith('..');
    return isOwn ? null : `${file} imports ${specifier}, out of its folder`;
  }
  if (specifier.startsWith('node:')) return null;
  if (/^testbed(\/|$)/.test(specifier))
    return exported.includes(specifier) ? null : `${file} imports ${specifier}, which is not exported`;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return dependencies.includes(name) ? null : `${file} imports ${specifier}, on which it does not depend`;
}

for (const example of examples) {
  test(`${example} imports what is exported, what it depends on, and itself`, () => {
    const dependencies = dependenciesOf(example);
    const files = globSync('**/*.ts', { cwd: folderOf(example), exclude: ['node_modules'] });
    const specifiers = files.flatMap((file) =>
      importsIn(readFileSync(join(folderOf(example), file), 'utf8')).map(
        (specifier) => [file, specifier] as const,
      ),
    );
    assert.ok(
      specifiers.some(([, specifier]) => specifier.startsWith('testbed')),
      'imports were found',
    );
    assert.equal(
      specifiers
        .map(([file, specifier]) => objection(file, specifier, dependencies))
        .filter((one) => one !== null),
      [],
    );
  });
}

test('the law is seen to fail', () => {
  const rows: readonly (readonly [specifier: string, says: RegExp | null])[] = [
    ['./reader.ts', null],
    ['node:fs', null],
    ['testbed/adapters', null],
    ['@nats-io/jetstream', null],
    ['@nats-io/jetstream/internal', null],
    ['../../core/bus.ts', /out of its folder/],
    ['testbed/adapters/redis', /not exported/],
    ['@nats-io/kv', /does not depend/],
    ['ioredis', /does not depend/],
  ];
  for (const [specifier, says] of rows) {
    const said = objection('bus.ts', specifier, ['@nats-io/jetstream', 'testbed']);
    if (says === null) assert.is(said, null, specifier);
    else assert.match(said ?? '', says);
  }
  const text = "import { a } from '../../core/a.ts';\nimport 'b';\nawait import('c');\nexport * from 'd';";
  assert.equal(importsIn(text), ['../../core/a.ts', 'b', 'c', 'd']);
});

test.run();
