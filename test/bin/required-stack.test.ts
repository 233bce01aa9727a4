import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inTurn, readIndex, resultIn, scratch, testbed, writeScenario } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());
const both = writeScenario(folder.path, 'both', { stacks: ['sqlite', 'memory'] });

/** A machine without SQLite: the library's import fails, as it does where its binary does not fit. */
const hook = join(folder.path, 'without-sqlite.mjs');
writeFileSync(
  hook,
  `import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'better-sqlite3') throw new Error('not for this machine');
    return next(specifier, context);
  },
});`,
);
const without = { NODE_OPTIONS: `--import ${pathToFileURL(hook).href}` };

interface Row {
  readonly what: string;
  readonly flags?: readonly string[];
  readonly env?: { readonly [name: string]: string };
  readonly codes: readonly number[];
  readonly verdict: string;
}

const rows: readonly Row[] = [
  { what: 'listed by the scenario', codes: [0, 2], verdict: 'UNSUPPORTED' },
  { what: 'listed by the scenario, in CI', env: { CI: 'true' }, codes: [4], verdict: 'INCONCLUSIVE' },
  { what: 'named by flag', flags: ['--stacks', 'sqlite,memory'], codes: [4], verdict: 'INCONCLUSIVE' },
];

test('a stack that this machine lacks: UNSUPPORTED where the scenario lists it, an error where it was asked for', async () => {
  await inTurn([...rows.entries()], 2, async ([number, { what, flags = [], env, codes, verdict }]) => {
    const output = join(folder.path, `out-${number}`);
    const { code, stdout, stderr } = await testbed(['run', both, ...flags, '--output', output], {
      env: { ...without, ...env },
    });
    assert.ok(codes.includes(code ?? -1), `${what}: exit ${code}\n${stdout}${stderr}`);
    const [sqlite, memory] = readIndex(resultIn(output)).cells;
    assert.is(sqlite?.verdict, verdict, what);
    assert.match(sqlite?.reason ?? '', /better-sqlite3 cannot be loaded: not for this machine/, what);
    assert.is.not(memory?.record, null, `${what}: the other stack was played`);
  });
});

test.run();
