import type { Sheet } from '../formats/sheet.ts';
import { gateOf } from '../gate/of-result.ts';
import { element, escaped, type Markup } from '../plots/svg.ts';
import type { ResultSet } from '../result-set.ts';
import { badge } from './badge.ts';
import { type Ground, gateGrounds, groundsOf } from './grounds.ts';
import { cell, tableOf } from './parts.ts';

/** More than these are read where they stand. */
const shown = 5;
/** What a check says may be long. */
const longest = 200;

const head = ['where', 'rule', 'measured', 'n', 'interval, 95 %', 'finds', 'verdict'];

/** Below the banner: by which rules it came to its verdict, with how much of what was measured, and how sure that is. */
export function restsOn(result: ResultSet, sheets: readonly Sheet[]): readonly Markup[] {
  const { gate } = result.index;
  const grounds = gate === undefined ? groundsOf(result, sheets) : gateGrounds(gateOf(gate, result));
  if (grounds.length === 0) return [];
  const left = grounds.length - shown;
  const caption = 'What the verdict rests on: the worst first, then what is nearest to its bound';
  return [
    tableOf(
      caption,
      gate === undefined ? head : head.with(4, 'interval'),
      grounds.slice(0, shown).map(rowOf),
    ),
    ...(left > 0
      ? [element('p', { class: 'facts' }, escaped(`${left} more were judged: they stand below.`))]
      : []),
  ];
}

function rowOf({ where, rule, seen, count, interval, finds, verdict }: Ground) {
  const short = seen.length > longest ? `${seen.slice(0, longest)}…` : seen;
  return [...[where, rule, short, count, interval, finds].map(cell), { content: badge(verdict) }];
}
