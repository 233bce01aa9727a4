import { valueIn } from '../../compare.ts';
import {
  type Block,
  type Datum,
  measured,
  type Section,
  table,
  text,
  unmeasured,
  words,
} from '../document.ts';
import {
  type Evidence,
  groupedBy,
  numberOf,
  type Played,
  plainValue,
  sourceOf,
  stacksOf,
  subject,
  withoutProbesOf,
  workloadOf,
} from '../evidence.ts';

/** What writers wait for as they become more, and what a pool of connections changes. */
export function databaseSection(evidence: Evidence): Section {
  const own = (scenario: string): readonly Played[] =>
    withoutProbesOf(evidence).filter(({ cell }) => cell.scenario === scenario);
  return {
    title: 'Database connection analysis',
    blocks: [...writerBlocks(own('storage-writers')), ...poolBlocks(own('pool-size'))],
  };
}

/** How writers fare, the best first. */
export const behaviours = [
  'Fast, no contention',
  'Occasional waits',
  'Frequent timeouts',
  'Significant degradation',
] as const;

const rules =
  'Fast: every bound of the cell is held. Occasional waits: past a healthy bound, and nothing failed. Frequent timeouts: less than 1 % of the operations failed. Significant degradation: more than that, or less is done together than by the fewest writers.';

function writerBlocks(played: readonly Played[]): readonly Block[] {
  if (played.length === 0)
    return [text(words('Concurrent writers: '), unmeasured('no run played storage-writers'))];
  const rows = stacksOf(played).flatMap((stack) =>
    writerRows(played.filter(({ cell }) => cell.stack === stack)),
  );
  return [
    table(
      'Concurrent operations',
      [
        'stack',
        'concurrent writers',
        'behaviour',
        'transition p99',
        'transitions a second',
        'succeeded',
        'errors',
      ],
      rows,
    ),
    text(words(rules)),
  ];
}

const writersOf = (one: Played): number => Number(workloadOf(one, 'writers'));

/** Numbers of writers that follow one another and fare alike share a row, whose numbers are of the most. */
function writerRows(played: readonly Played[]): readonly (readonly Datum[])[] {
  const inOrder = [...groupedBy(played, (one) => `${writersOf(one)}`).values()].sort(
    ([left], [right]) => writersOf(left as Played) - writersOf(right as Played),
  );
  const fewest = throughputOf(inOrder[0] as readonly Played[]);
  const steps = inOrder.map((cells) => ({ cells, behaviour: behaviourOf(cells, fewest) }));
  return steps.flatMap(({ cells, behaviour }, at): readonly (readonly Datum[])[] => {
    if (steps[at + 1]?.behaviour === behaviour) return [];
    const first = steps.slice(0, at + 1).findLastIndex((step) => step.behaviour !== behaviour);
    const from = first < 0 ? writersOf(inOrder[0]?.[0] as Played) : writersOf(inOrder[first]?.[0] as Played);
    const [{ cell }] = cells as readonly [Played];
    const range = `${from}-${writersOf(cells[0] as Played)}`;
    return [
      [
        words(cell.stack),
        words(first < 0 ? range : `above ${range}`),
        measured(
          behaviour,
          cells.map((one) =>
            sourceOf(one, 'thresholds, errors and transitions_per_s, by the rule below the table'),
          ),
          cells[0]?.record.verdict ?? null,
        ),
        numberOf(cells, subject('transition_ms', 'p(99)')),
        numberOf(cells, subject('transitions_per_s')),
        numberOf(cells, subject('availability_pct')),
        numberOf(cells, subject('errors')),
      ],
    ];
  });
}

const throughputOf = (cells: readonly Played[]): number =>
  Math.max(0, ...cells.flatMap(({ record }) => valueIn(record, subject('transitions_per_s')) ?? []));

function behaviourOf(cells: readonly Played[], fewest: number): (typeof behaviours)[number] {
  const failed = Math.max(...cells.map(({ record }) => valueIn(record, subject('errors')) ?? 0));
  const succeeded = Math.min(
    ...cells.map(({ record }) => valueIn(record, subject('availability_pct')) ?? 100),
  );
  if (succeeded < 99 || throughputOf(cells) < fewest) return behaviours[3];
  if (failed > 0) return behaviours[2];
  return cells.every(({ record }) => record.verdict === 'PASS') ? behaviours[0] : behaviours[1];
}

function poolBlocks(played: readonly Played[]): readonly Block[] {
  if (played.length === 0)
    return [text(words('Pool of connections: '), unmeasured('no run played pool-size'))];
  const groups = groupedBy(played, ({ cell }) => JSON.stringify([cell.stack, cell.parameters]));
  return [
    table(
      'Connections and writers',
      [
        'stack',
        'cell',
        'transition p99',
        'transitions a second',
        'CPU of the server',
        'memory of the server',
      ],
      [...groups.values()].map((cells) => {
        const [{ cell }] = cells as readonly [Played];
        const values = Object.entries(cell.parameters ?? {}).map(
          ([name, value]) => `${name}=${plainValue(value)}`,
        );
        return [
          words(cell.stack),
          words(
            [...values, `writers=${writersOf(cells[0] as Played)}`]
              .filter((value, at, all) => all.indexOf(value) === at)
              .join(' '),
          ),
          numberOf(cells, subject('transition_ms', 'p(99)')),
          numberOf(cells, subject('transitions_per_s')),
          numberOf(cells, subject('server_cpu_s')),
          numberOf(cells, subject('server_rss_mb')),
        ];
      }),
    ),
  ];
}
