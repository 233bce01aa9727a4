import type { Adapter } from '../../adapters/adapter.ts';
import { busAdapterNames, loadBus, loadStorage, storageAdapterNames } from '../../adapters/table.ts';
import type { FaultKind } from '../../chaos/fault.ts';
import { faultTable } from '../../chaos/table.ts';
import { parseTarget, targetNames } from '../../chaos/target-name.ts';
import { didYouMean } from '../../config/did-you-mean.ts';
import { faultOptionText } from '../../config/fault-option-text.ts';
import { listScenarios, listSuites } from '../../config/load-scenario.ts';
import { listStacks } from '../../config/stacks.ts';
import { TestbedError } from '../../core/error.ts';
import { foldText } from '../../reports/formats/fold.ts';
import { formats } from '../../reports/formats/table-of-formats.ts';
import { metricTable } from '../../reports/metric-table.ts';
import { checkTable } from '../../scenarios/checks/table.ts';
import type { Command } from '../command.ts';
import { foldRows, outputWidth } from '../fold-rows.ts';

type Row = readonly [name: string, what: string];

const listings: { readonly [what: string]: () => readonly Row[] | Promise<readonly Row[]> } = {
  scenarios: () => listScenarios().map(({ name, description }) => [name, description]),
  suites: () => listSuites().map(({ name, scenarios }) => [name, scenarios.join(', ')]),
  stacks: () => listStacks().map(({ name, bus, storage }) => [name, `bus ${bus}, storage ${storage}`]),
  adapters: () => [
    ...busAdapterNames.map((name): Row => [name, 'bus']),
    ...storageAdapterNames.map((name): Row => [name, 'storage']),
  ],
  options: async () => {
    const buses = await Promise.all(busAdapterNames.map(loadBus));
    const storages = await Promise.all(storageAdapterNames.map(loadStorage));
    return [
      ...buses.flatMap((bus) => optionRows(bus, 'bus')),
      ...storages.flatMap((one) => optionRows(one, 'storage')),
    ];
  },
  metrics: () => Object.entries(metricTable).map(([name, { unit, what }]) => [name, `${unit}: ${what}`]),
  checks: () => Object.entries(checkTable).map(([name, { what }]) => [name, what]),
  faults: () => faultTable.flatMap(faultRows),
  targets: () => targetNames.map((name) => [name, targetText(name)]),
  formats: () => Object.keys(formats).map((name) => [name, 'for --format']),
};

/** What a list cannot enumerate. */
const notes: { readonly [what: string]: string } = {
  stacks:
    "and any BUS+STORAGE; a part may be somebody's module: ./FILE.ts, ./FOLDER or an installed npm package",
};

export const list: Command = {
  name: 'list',
  usage: '[scenarios | suites | stacks | adapters | options | metrics | checks | faults | targets | formats]',
  what: 'Lists what there is, by kind.',
  positional: { least: 0, most: 1 },
  flags: [{ name: 'json', value: null, what: 'as JSON' }],
  examples: [
    ['testbed list', 'everything'],
    ['testbed list metrics', 'each metric with its unit and its definition'],
  ],
  async run(flags) {
    const [wanted] = flags.positional;
    if (wanted !== undefined && !Object.hasOwn(listings, wanted)) throw unknownListing(wanted);
    const kinds = wanted === undefined ? Object.keys(listings) : [wanted];
    const listed: (readonly [kind: string, rows: readonly Row[]])[] = [];
    for (const kind of kinds) listed.push([kind, (await listings[kind]?.()) ?? []]);
    if (flags.has('json')) {
      const named = listed.map(([kind, rows]) => [kind, rows.map(([name, what]) => ({ name, what }))]);
      process.stdout.write(`${JSON.stringify(Object.fromEntries(named), null, 2)}\n`);
    } else process.stdout.write(listed.map(([kind, rows]) => block(kind, rows)).join('\n'));
    return 0;
  },
};

/** What `options` in a scenario can set of an adapter. */
function optionRows({ name, options = {} }: Adapter<unknown>, part: 'bus' | 'storage'): readonly Row[] {
  return Object.entries(options).map(([option, { min, max, default: usual, meaning }]) => [
    `${name} ${part} ${option}`,
    `${meaning}; ${min} to ${max}, default ${usual}`,
  ]);
}

/** A fault, and under it what it can be told. */
function faultRows({ name, meaning, targets, technology, options }: FaultKind): readonly Row[] {
  const where = `${targets.join(', ')}${technology === undefined ? '' : ` of ${technology}`}`;
  return [
    [name, `on ${where}: ${meaning}`],
    ...Object.entries(options).map(([option, said]): Row => [`  ${option}`, faultOptionText(said)]),
  ];
}

/** The faults that a target can take. */
function targetText(name: string): string {
  const { kind } = parseTarget(name);
  const takes = faultTable.filter(({ targets }) => targets.includes(kind)).map((fault) => fault.name);
  return takes.length === 0 ? 'no fault yet' : takes.join(', ');
}

function block(kind: string, rows: readonly Row[]): string {
  const note = notes[kind] === undefined ? [] : foldText(notes[kind], outputWidth() - 2, 0);
  return `${kind}\n${foldRows(rows)}${note.map((line) => `  ${line}\n`).join('')}`;
}

function unknownListing(wanted: string): TestbedError {
  const names = Object.keys(listings);
  const message = `unknown kind "${wanted}"${didYouMean(wanted, names)} (allowed: ${names.join(', ')})`;
  return new TestbedError('INVALID_CONFIG', message);
}
