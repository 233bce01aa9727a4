import { valueIn } from '../../compare.ts';
import { numberText } from '../../formats/number-text.ts';
import type { Subject } from '../../record.ts';
import { spreadOf } from '../../statistics.ts';
import { type Block, type Datum, table, text, unmeasured, words } from '../document.ts';
import {
  type Evidence,
  evidenceOf,
  groupedBy,
  numberOf,
  type Played,
  subject,
  subjectText,
} from '../evidence.ts';
import { currentLimitOf, type Limit, limitsOf } from '../limits.ts';
import { loadTestsOf } from '../load-tests.ts';
import type { QuarterlyHistory } from '../options.ts';

const held: readonly Subject[] = [
  subject('spawn_ms', 'avg'),
  subject('event_delivery_ms', 'avg'),
  subject('event_delivery_ms', 'p(99)'),
  subject('events_per_s'),
  subject('memory_growth_mb'),
  subject('cpu_s_per_million_events'),
];

/** What load tests and limits come to beside the quarter before; only what was played alike, on the same machine. */
export function besideBlocks(evidence: Evidence, { previous, baseline }: QuarterlyHistory): readonly Block[] {
  const nothing = (why: string): readonly Block[] => [
    text(words('Beside the quarter before: '), unmeasured(why)),
  ];
  if (previous === null) return nothing(`nothing was saved as ${baseline} before this quarter`);
  const { result, quarter, savedAt } = previous;
  const before = evidenceOf([result]);
  const tests = groupedBy(loadTestsOf(evidence), ({ cell }) => JSON.stringify([cell.scenario, cell.stack]));
  const rows = [
    ...[...tests.values()].flatMap((now) => testRows(now, before)),
    ...(['agents', 'events'] as const).flatMap((vary) => limitRows(evidence, before, vary)),
  ];
  if (rows.length === 0) return nothing('no cell was played then on this machine with this configuration');
  return [
    text(
      words(
        `${quarter} is what was saved on ${savedAt.slice(0, 10)} as ${baseline}. Only cells of the same machine and configuration stand here; a difference of single runs is not yet a change: change points tell those.`,
      ),
    ),
    table(`Beside ${quarter}`, ['what', 'cell', quarter, 'now', 'change'], rows),
  ];
}

function testRows(now: readonly Played[], before: Evidence): readonly (readonly Datum[])[] {
  const [one] = now as readonly [Played, ...Played[]];
  const then = before.played.filter((each) => isSame(each, one));
  return held.flatMap((of) => {
    const [was, is] = [medianOf(then, of), medianOf(now, of)];
    if (was === null || is === null) return [];
    const name = `${one.cell.scenario} on ${one.cell.stack}`;
    return [
      [
        words(subjectText(of)),
        words(name),
        numberOf(then, of),
        numberOf(now, of),
        words(changeText(was, is)),
      ],
    ];
  });
}

const isSame = (before: Played, { cell, record }: Played): boolean =>
  before.cell.scenario === cell.scenario &&
  before.cell.stack === cell.stack &&
  before.record.environment['fingerprint'] === record.environment['fingerprint'] &&
  JSON.stringify(before.record.workload) === JSON.stringify(record.workload);

const medianOf = (played: readonly Played[], of: Subject): number | null =>
  spreadOf(played.flatMap(({ record }) => valueIn(record, of) ?? []))?.median ?? null;

function changeText(was: number, is: number): string {
  if (was === 0) return is === 0 ? '0 %' : '';
  return `${is > was ? '+' : ''}${numberText(100 * (is / was - 1), '%')} %`;
}

function limitRows(
  evidence: Evidence,
  before: Evidence,
  vary: 'agents' | 'events',
): readonly (readonly Datum[])[] {
  const finding = { name: '', vary, metric: null, aggregator: 'value', target: '' } as const;
  return limitsOf(evidence, vary).flatMap((limit) => {
    const then = limitsOf(before, vary).find((each) => isSameLimit(each, limit));
    if (then === undefined) return [];
    const [was, is] = [leastOf(then), leastOf(limit)];
    const row = [
      words(`limit of ${vary}`),
      words(limit.stack),
      currentLimitOf(then, finding),
      currentLimitOf(limit, finding),
    ];
    return [[...row, words(was === null || is === null ? '' : changeText(was, is))]];
  });
}

function isSameLimit(before: Limit, now: Limit): boolean {
  const machineOf = ({ searches }: Limit): unknown =>
    searches[0]?.played[0]?.record.environment['fingerprint'];
  return before.stack === now.stack && machineOf(before) === machineOf(now);
}

function leastOf({ searches }: Limit): number | null {
  const known = searches.flatMap(({ answer }) => answer.limit ?? []);
  return known.length === 0 ? null : Math.min(...known);
}
