/** docs/contract.md lists what scripts may rely on. What the code knows and it does not, or the other way round, fails here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { busAdapterNames, storageAdapterNames } from '../../adapters/table.ts';
import type { Command } from '../../bin/command.ts';
import { faultTable } from '../../chaos/table.ts';
import { targetNames } from '../../chaos/target-name.ts';
import { listScenarios, listSuites } from '../../config/load-scenario.ts';
import { durabilities } from '../../config/scenario-file.ts';
import { listStacks } from '../../config/stacks.ts';
import { durationUnits, rateUnits, sizeUnits } from '../../config/units.ts';
import { formats } from '../../reports/formats/table-of-formats.ts';
import { metricTable } from '../../reports/metric-table.ts';
import { verdicts } from '../../reports/verdict.ts';
import { abortMetrics, checkNames } from '../../scenarios/scenario.ts';
import { readRecords, resultIn, scratch, testbed, writeScenario } from './command-line.ts';

const root = resolve(import.meta.dirname, '../..');
const contract = readFileSync(join(root, 'docs/contract.md'), 'utf8');

/** The text under a heading, up to the next of the same level or above. */
function section(title: string): string {
  const level = /^(#+) /.exec(
    contract.split('\n').find((line) => line.replace(/^#+ /, '') === title) ?? '',
  )?.[1];
  assert.type(level, 'string', `docs/contract.md has no section "${title}"`);
  const [, after = ''] = contract.split(`\n${level} ${title}\n`);
  return after.split(new RegExp(`\\n#{1,${level?.length}} `))[0] as string;
}

/** Everything in backticks, in a text. */
function spans(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/`([^`]+)`/g)].map(([, inside]) => inside as string));
}

/** A table's rows as cells. */
function rows(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

/** The name in a cell, without its backticks. */
const plain = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

function listsAll(title: string, names: readonly string[]): void {
  const listed = spans(section(title));
  const missing = names.filter((name) => !listed.has(name));
  assert.equal(missing, [], `docs/contract.md does not list these under "${title}"`);
}

async function loadCommands(): Promise<readonly Command[]> {
  const files = readdirSync(join(root, 'bin/commands')).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(files.map((file) => import(`../../bin/commands/${file}`)));
  return modules
    .flatMap((module) => Object.values(module as { [name: string]: Command }))
    .filter((it) => 'flags' in it);
}

const commands = await loadCommands();

test('every fault and every target', () => {
  listsAll('Faults', [...faultTable.map(({ name }) => name), ...targetNames]);
});

test('commands, and those only', () => {
  const listed = rows(section('Commands')).map(([name]) => plain(name));
  assert.equal(listed.toSorted(), commands.map(({ name }) => name).toSorted());
});

test('every flag of every command with every value it takes, and those only', () => {
  const listed = rows(section('Flags')).flatMap(([flag, of = '', what = '']) =>
    of.split(', ').map((command) => ({ key: `${command} ${plain(flag)}`, what })),
  );
  const known = commands.flatMap(({ name, flags }) =>
    flags.map((flag) => ({
      key: `${name} --${flag.name}${flag.value === null ? '' : ` ${flag.value}`}`,
      flag,
    })),
  );
  assert.equal(listed.map(({ key }) => key).toSorted(), known.map(({ key }) => key).toSorted());
  for (const { key, flag } of known) {
    const { what = '' } = listed.find((one) => one.key === key) ?? {};
    for (const value of flag.allowed ?? [])
      assert.ok(spans(what).has(value), `${key}: ${value} is not listed`);
    assert.is(what.includes('*list*'), flag.list === true, `${key} is a list or not`);
  }
});

test('kinds of list, exit codes, verdicts, durability, stacks, scenarios, suites', () => {
  const list = commands.find(({ name }) => name === 'list');
  listsAll('Commands', (list?.usage ?? '').replace(/[[\]]/g, '').split(' | '));
  const codes = [...section('Exit codes').matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  assert.equal(codes, [0, 1, 2, 3, 4, 130]);
  listsAll('Verdicts', [...verdicts, 'NOTE']);
  listsAll('Durability', durabilities);
  listsAll('Stacks', [...busAdapterNames, ...storageAdapterNames, ...listStacks().map(({ name }) => name)]);
  listsAll(
    'Stacks',
    [...listScenarios(), ...listSuites()].map(({ name }) => name),
  );
});

test('metrics with kind and unit, and those only', () => {
  assert.equal(
    rows(section('Metrics')).map((cells) => cells.map(plain)),
    Object.entries(metricTable).map(([name, { kind, unit }]) => [name, kind, unit]),
  );
});

test('checks, formats, and the parts of a threshold', () => {
  listsAll('Checks', checkNames);
  listsAll('Flags', Object.keys(formats));
  const units = [durationUnits, sizeUnits, rateUnits].flatMap((table) => Object.keys(table));
  listsAll('Thresholds', [
    ...units,
    ...abortMetrics,
    'avg',
    'min',
    'max',
    'p(N)',
    'count',
    'rate',
    'value',
    '%',
  ]);
  listsAll('Thresholds', ['<', '<=', '>', '>=', '==']);
});

interface Schema {
  readonly $ref?: string;
  readonly properties?: { readonly [name: string]: Schema };
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly $defs?: { readonly [name: string]: Schema };
}

/** Every field that a schema names: `cells[].seed`, `series.*.unit`. */
function fieldsOf(schema: Schema, whole: Schema, path = ''): readonly string[] {
  const target = schema.$ref === undefined ? schema : whole.$defs?.[schema.$ref.replace('#/$defs/', '')];
  if (target === undefined) throw new Error(`${schema.$ref} is not in the schema`);
  const { properties = {}, items, additionalProperties } = target;
  const inner = Object.entries(properties).flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return [at, ...fieldsOf(field, whole, at)];
  });
  const each = items === undefined ? [] : fieldsOf(items, whole, `${path}[]`);
  const any =
    typeof additionalProperties === 'object' ? fieldsOf(additionalProperties, whole, `${path}.*`) : [];
  return [...inner, ...each, ...any];
}

for (const document of ['index', 'record']) {
  test(`fields of ${document}.json, and those only`, () => {
    const schema: Schema = JSON.parse(readFileSync(join(root, `reports/${document}.schema.json`), 'utf8'));
    // The three kinds of bounds of a rule have the same fields: listed once.
    const known = fieldsOf(schema, schema).map((path) => path.replace(/\.(pass|healthy|abort)\[\]/, '.*[]'));
    const listed = rows(section(`${document}.json`)).map(([field]) => plain(field));
    assert.equal(listed.toSorted(), [...new Set(known)].toSorted());
  });
}

test('what a real record holds beyond its schema: environment, generator, traits, series', async () => {
  const folder = scratch();
  try {
    const scenario = writeScenario(folder.path, 'any', {
      workload: { messages: '20/s', transitions: '20/s' },
    });
    await testbed(['run', scenario, '--output', join(folder.path, 'out')]);
    const [record] = readRecords(resultIn(join(folder.path, 'out')));
    assert.ok(record !== undefined);
    const fields = new Map(
      rows(section('record.json')).map(([field, what = '']) => [plain(field), spans(what)]),
    );
    for (const name of ['environment', 'generator', 'series'] as const) {
      const missing = Object.keys(record[name]).filter((key) => !fields.get(name)?.has(key));
      assert.equal(missing, [], `docs/contract.md does not list these of ${name}`);
    }
    for (const side of ['bus', 'storage'] as const) {
      const missing = Object.keys(record.traits[side]).filter(
        (key) => !fields.get(`traits.${side}`)?.has(key),
      );
      assert.equal(missing, [], `docs/contract.md does not list these of traits.${side}`);
    }
    const metrics = Object.keys(record.metrics).map((name) => name.replace(/\{.*$/, ''));
    assert.equal(
      metrics.filter((name) => !Object.hasOwn(metricTable, name)),
      [],
    );
    const parts = Object.values(record.metrics).flatMap((metric) => Object.keys(metric));
    assert.equal(
      [...new Set(parts)].filter((part) => !fields.get('metrics')?.has(part)),
      [],
    );
  } finally {
    folder.remove();
  }
});

test('error codes and environment variables', () => {
  const declared = /export type ErrorCode =([\s\S]*?)\n\n/.exec(
    readFileSync(join(root, 'core/error.ts'), 'utf8'),
  )?.[1];
  const codes = [...(declared ?? '').matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code as string);
  assert.ok(codes.length >= 10);
  listsAll('Library', codes);
  const sources = ['adapters', 'bin', 'config', 'core', 'scenarios'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(root, folder, file), 'utf8')),
  );
  const named = sources.flatMap((text) =>
    [...text.matchAll(/'(TESTBED_[A-Z_]+)'/g)].map(([, name]) => name as string),
  );
  listsAll('Environment variables', [...new Set(named), 'NO_COLOR', 'FORCE_COLOR', 'CI']);
});

test.run();
