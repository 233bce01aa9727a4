/**
 * The seed report, given as records, comes back with its tables equal, cell by cell. Left out are the cells that follow from
 * nothing it states: its event bus at 50 and 100 agents (2 and 5 MB of "1k events" that are 500 kB) and the sums of its
 * components, which are a hundred times what stands above them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writtenReference } from '../../bin/quarterly/reference.ts';
import { loadQuarterly } from '../../config/quarterly.ts';
import { type DataTable, type Datum, textOf } from '../../reports/quarterly/document.ts';
import { quarterlyOf } from '../../reports/quarterly/quarterly-of.ts';
import { seedAsRecords } from './seed-as-records.ts';

type Rows = readonly (readonly string[])[];

const document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/quarterly/seed-document.json'), 'utf8'),
) as {
  readonly [table in
    | 'key_findings'
    | 'memory_components'
    | 'growth_per_minute'
    | 'event_bus'
    | 'database'
    | 'websocket'
    | 'risks'
    | 'success_metrics']: Rows;
} & {
  readonly event_bus_1k_events: string;
  readonly load_tests: readonly {
    readonly scenario: string;
    readonly agents: number;
    readonly overall: string;
    readonly rows: Rows;
  }[];
};

const report = quarterlyOf(seedAsRecords(), {
  quarter: '2025-Q1',
  reference: writtenReference(),
  ...loadQuarterly(),
  history: null,
  commands: [],
});

function tableCalled(caption: RegExp): DataTable {
  const found = report.sections
    .flatMap(({ blocks }) => blocks)
    .find((block): block is DataTable => block.kind === 'table' && caption.test(block.caption));
  if (found === undefined) throw new Error(`no table is called ${caption}`);
  return found;
}

/** The row that begins so. */
function rowOf({ rows, caption }: DataTable, ...first: readonly string[]): readonly Datum[] {
  const found = rows.find((row) => first.every((text, at) => textOf(row[at] as Datum) === text));
  if (found === undefined) throw new Error(`${caption} has no row ${first.join(', ')}`);
  return found;
}

function cellOf(table: DataTable, row: readonly Datum[], head: string): Datum {
  const at = table.head.indexOf(head);
  if (at < 0) throw new Error(`${table.caption} has no column ${head}: ${table.head.join(', ')}`);
  return row[at] as Datum;
}

const inBase: { readonly [unit: string]: number } = { s: 1000, ms: 1, mb: 1000, kb: 1, 'mb/min': 1000 };

/**
 * What a cell says, however it is written: its numbers in one unit, or that it says nothing. `~50ms` and `50 ms`, `5-10` and
 * `7.5 (5..10)`, `<200ms` where a limit stands and `200 ms`, are the same.
 */
function meant(text: string): readonly number[] | null {
  const plain = text.replace(/^.*\((.*\.\..*)\).*$/, '$1').replace(/\[.*|,? with .*| \(config.*/, '');
  if (plain === '-' || /^not measured/.test(plain)) return null;
  const unit =
    [...plain.matchAll(/(?<=[\d ])(ms|s|[kKM]B(?:\/min)?)(?![a-z])/g)].at(-1)?.[1]?.toLowerCase() ?? '';
  return [...plain.matchAll(/\d+(?:\.\d+)?/g)].map(([digits]) => Number(digits) * (inBase[unit] ?? 1));
}

function same(datum: Datum, written: string, what: string): void {
  assert.equal(meant(textOf(datum)), meant(written), `${what}: ${textOf(datum)} for ${written}`);
}

test('the same is the same however it is written, and another is another', () => {
  // biome-ignore format: a table
  for (const [ours, written] of [['50 ms', '~50ms'], ['7500 kB (5000 kB..10000 kB)', '~5-10 MB'], ['2 [2 2]', '~2KB'], ['100/s', '~100'],
    ['not measured: it did not break', '-'], ['100 ms with 20 agents', '100ms'], ['< 5 s', '<5s'], ['25 MB/min', '+25MB/min'], ['1000', '1000 (configurable)']])
    assert.equal(meant(ours as string), meant(written as string), `${ours} and ${written}`);
  // biome-ignore format: a table
  for (const [ours, written] of [['50 ms', '~51ms'], ['5 kB', '5 MB'], ['50 s', '50ms'], ['not measured', '0'], ['1 (0..2)', '0-3'], ['20', '20-30']])
    assert.not.equal(meant(ours as string), meant(written as string), `${ours} and ${written}`);
});

const names: { readonly [written: string]: string } = {
  'Concurrent Agents': 'Concurrent agents',
  'Max Agents': 'Max agents',
  'Events/sec': 'Events a second',
  'Memory/agent': 'Memory an agent',
  'Spawn Time': 'Spawn time',
  'Event Delivery': 'Event delivery',
  Uptime: 'Availability',
  'Recovery Time': 'Recovery time',
  'Cost Efficiency': 'Cost a million events',
  'Avg Spawn Time': 'spawn_ms avg',
  'Avg Event Delivery': 'event_delivery_ms avg',
  'Memory Growth': 'memory_growth_mb',
  'Delivery Rate': 'delivery_rate_pct',
  Errors: 'errors',
  'Agent Storage': 'agents in storage',
  'Lifecycle State': 'agents at hand',
  'Message Bus': 'subscriptions',
  'Swarm Metadata': 'swarms of 1, not 10',
  'Max Listeners': 'most subscriptions of the message bus',
  'Event Log Size': 'event log',
  'Delivery Mode': 'delivery',
};
const nameOf = (written = ''): string => names[written] ?? written;

test('key findings: 15 cells', () => {
  const table = tableCalled(/^Key findings/);
  assert.is(table.rows.length, document.key_findings.length);
  for (const [name, limit, breaking, target] of document.key_findings as readonly [
    string,
    string,
    string,
    string,
  ][]) {
    const row = rowOf(table, nameOf(name), 'memory');
    same(cellOf(table, row, 'current limit'), limit, `${name}, limit`);
    same(cellOf(table, row, 'breaking point'), breaking, `${name}, breaking point`);
    same(cellOf(table, row, 'target'), target, `${name}, target`);
  }
});

for (const { scenario, agents, overall, rows } of document.load_tests) {
  test(`load test of ${agents} agents: every value, bound and status, and what they come to`, () => {
    const table = tableCalled(new RegExp(`^${agents} agents \\(${scenario}\\)$`));
    for (const [name, value, bound, status] of rows as readonly [string, string, string, string][]) {
      const ours = name === 'Events/sec' ? 'events_per_s' : nameOf(name);
      const row = rowOf(table, ours);
      const seen = cellOf(table, row, 'memory');
      same(seen, value, `${name}, value`);
      assert.is(seen.kind === 'measured' && seen.verdict, status, `${name}, status`);
      assert.is(textOf(cellOf(table, row, 'its bound')), bound, `${name}, bound`);
      same(
        cellOf(table, row, 'seed report 2.0'),
        value.replace(/(ms|MB|%)$/, ''),
        `${name}, as it was written`,
      );
      assert.is(textOf(cellOf(table, row, 'its status')), status, `${name}, its status`);
    }
    assert.is(table.rows.length, rows.length + 1);
    assert.is(textOf(cellOf(table, rowOf(table, 'verdict'), 'memory')), overall);
  });
}

test('memory of each component, of one agent and of 10, 50 and 100; growth a minute', () => {
  const table = tableCalled(/kB an agent/);
  for (const [name, each, ...wholes] of document.memory_components as readonly [
    string,
    string,
    ...string[],
  ][]) {
    const row = rowOf(table, nameOf(name));
    for (const [at, agents] of [10, 50, 100].entries()) {
      same(cellOf(table, row, `kB each, of ${agents}`), each, `${name}, each of ${agents}`);
      same(cellOf(table, row, `${agents} agents`), wholes[at] as string, `${name} of ${agents}`);
    }
  }
  const events = tableCalled(/kB an event/);
  same(cellOf(events, rowOf(events, 'event log'), '1000 events'), document.event_bus_1k_events, 'event log');
  const growth = tableCalled(/^Growth/);
  for (const [agents, perMinute] of document.growth_per_minute as readonly [string, string][])
    same(cellOf(growth, rowOf(growth, agents), 'a minute, memory'), perMinute, `growth of ${agents}`);
});

const said: { readonly [ours: string]: string } = {
  unbounded: 'Unlimited (unbounded)',
  sync: 'Synchronous',
  '1000': '1000 (configurable)',
};

test('event bus: set-up and most throughput', () => {
  const table = tableCalled(/^Set-up/);
  for (const [name, value] of document.event_bus.slice(0, 3))
    assert.is(said[textOf(cellOf(table, rowOf(table, nameOf(name)), 'value'))], value, name);
  const throughput = tableCalled(/^Max throughput/);
  const most = cellOf(throughput, rowOf(throughput, 'memory'), 'back to back (best of the cells)');
  same(most, document.event_bus[3]?.[1] as string, 'max throughput');
});

test('database: how so many writers fare', () => {
  const table = tableCalled(/^Concurrent operations/);
  assert.is(table.rows.length, document.database.length);
  for (const [at, [range = '', behaviour = '']] of document.database.entries()) {
    const row = table.rows[at] as readonly Datum[];
    const numbers = meant(textOf(cellOf(table, row, 'concurrent writers'))) ?? [];
    const written = meant(range) ?? [];
    assert.equal(numbers.slice(0, written.length), written, range);
    assert.is(textOf(cellOf(table, row, 'behaviour')), behaviour.replace('lock ', ''), range);
  }
});

test('WebSockets, risks: every cell', () => {
  const sockets = tableCalled(/^Clients with a WebSocket/);
  for (const [agents = '', connections = '', approach = ''] of document.websocket) {
    const row = rowOf(sockets, 'memory', agents.replace('+', ''), connections.replace('+', ''));
    same(cellOf(sockets, row, 'open at the end'), connections, `${connections} WebSockets`);
    assert.is(textOf(cellOf(sockets, row, 'seed report recommended')), approach);
  }
  const risks = tableCalled(/^Risks/);
  assert.equal(
    risks.rows.map((row) => [0, 2, 3].map((at) => textOf(row[at] as Datum))),
    document.risks,
  );
});

test('success metrics: current, target and status', () => {
  const table = tableCalled(/^Current against target/);
  const statuses: { readonly [written: string]: string } = { 'Not Met': 'not met', TBD: 'not measured' };
  assert.is(table.rows.length, document.success_metrics.length);
  for (const [name = '', current = '', target = '', status = ''] of document.success_metrics) {
    const row = rowOf(table, nameOf(name));
    same(cellOf(table, row, 'current'), current, `${name}, current`);
    same(cellOf(table, row, 'target'), target, `${name}, target`);
    assert.is(textOf(cellOf(table, row, 'status')), statuses[status], `${name}, status`);
  }
});

test.run();
