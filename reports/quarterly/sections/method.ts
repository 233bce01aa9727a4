import { durationText } from '../../formats/number-text.ts';
import { metricTable } from '../../metric-table.ts';
import { type Datum, list, measured, type Section, table, text, words } from '../document.ts';
import { type Evidence, groupedBy, type Played, sourceIn, sourceOf, workloadOf } from '../evidence.ts';

/** How it was measured, on what, and what the numbers mean. */
export function methodSection(evidence: Evidence): Section {
  const { results, played } = evidence;
  return {
    title: 'Test methodology and environment',
    blocks: [
      text(
        words(
          'Every cell (a scenario on a stack) is a fresh process with a fresh store. Load is due on a schedule that does not wait for answers, and latencies count from when it was due; what was not measured, or too seldom, or by a generator that was itself too slow, is no pass. Percentiles are of merged histograms, never averaged.',
        ),
      ),
      table(
        'Runs that this report is made from',
        ['run', 'started', 'testbed', 'seed', 'profile', 'cells', 'verdict'],
        results.map((result) => {
          const { testbed, startedAt, seed, profile = 'full', cells, verdict } = result.index;
          const source = sourceIn(result, 'all cells', 'index.json');
          return [
            measured(result.directory, [source]),
            ...[startedAt, testbed, `${seed}`, profile, `${cells.length}`, verdict].map(words),
          ];
        }),
      ),
      ...list(
        results.flatMap((result) =>
          result.doubts.map((doubt) => [words(`DOUBT: ${result.directory}: ${doubt}`)]),
        ),
      ),
      environmentTable(played),
      scenarioTable(played),
      metricTableOf(played),
    ],
  };
}

/** Values that differ between cells stand side by side; what belongs to one adapter alone is of each cell's record. */
function environmentTable(played: readonly Played[]) {
  const names = new Set(played.flatMap(({ record }) => Object.keys(record.environment)));
  const rows = [...names].flatMap((name): readonly (readonly Datum[])[] => {
    const having = played.filter(({ record }) => Object.hasOwn(record.environment, name));
    if (having.some(({ record }) => typeof record.environment[name] === 'object')) return [];
    const values = groupedBy(having, ({ record }) => String(record.environment[name]));
    const firsts = [...values.values()].map(([first]) => first as Played);
    return [
      [
        words(name),
        measured(
          [...values.keys()].join(' / '),
          firsts.map((one) => sourceOf(one, 'environment')),
        ),
      ],
    ];
  });
  return table('Environment', ['what', 'value'], rows);
}

function scenarioTable(played: readonly Played[]) {
  const rows = [...groupedBy(played, ({ cell }) => cell.scenario)].map(([scenario, own]) => {
    const { record } = own[0] as Played;
    const agents = [...new Set(own.map((one) => workloadOf(one, 'agents')))].filter(
      (value) => typeof value === 'number',
    );
    const [least, most] = [Math.min(...agents), Math.max(...agents)];
    const loadMs = record.phases
      .filter(({ warmup }) => !warmup)
      .reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    return [
      words(scenario),
      words(agents.length === 0 ? '' : least === most ? `${least}` : `${least}..${most}`),
      words([...new Set(own.map(({ cell }) => cell.stack))].join(', ')),
      words(durationText(loadMs)),
      words([...new Set(own.map((one) => one.record.durability))].join(' / ')),
      words(record.description),
    ];
  });
  return table(
    'Scenarios',
    ['scenario', 'agents', 'stacks', 'measured time', 'durability', 'what it is about'],
    rows,
  );
}

const explained = [
  'spawn_ms',
  'event_delivery_ms',
  'message_routing_ms',
  'transition_ms',
  'publish_ms',
  'events_per_s',
  'messages_per_s',
  'transitions_per_s',
  'delivery_rate_pct',
  'availability_pct',
  'errors',
  'late_sends',
  'memory_growth_mb',
  'memory_growth_mb_per_min',
  'memory_per_agent_kb',
  'heap_slope',
  'heal_recovery_ms',
  'rpo_events',
  'cpu_s_per_million_events',
  'server_cpu_s',
] as const;

function metricTableOf(played: readonly Played[]) {
  const seen = new Set(played.flatMap(({ record }) => Object.keys(record.metrics)));
  const rows = explained
    .filter((metric) => seen.has(metric))
    .map((metric) => [words(metric), words(metricTable[metric].unit), words(metricTable[metric].what)]);
  return table('Metrics', ['metric', 'unit', 'meaning'], rows);
}
