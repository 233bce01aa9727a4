import type { Sheet } from '../formats/sheet.ts';
import { element, escaped, type Markup, markup } from '../plots/svg.ts';
import { badge } from './badge.ts';
import { tableOf } from './parts.ts';

/** Where a sheet stands in the page. */
export const anchorOf = (at: number): string => `sheet-${at + 1}`;

/** Every scenario on every stack at one glance, each a way to its numbers. */
export function heatMap(sheets: readonly Sheet[]): Markup {
  const stacks = [...new Set(sheets.flatMap(({ columns }) => columns.map(({ stack }) => stack)))];
  const rows = sheets.map((sheet, at) => [
    { content: element('a', { href: `#${anchorOf(at)}` }, escaped(titleOf(sheet))) },
    ...stacks.map((stack) => {
      const column = sheet.columns.find((each) => each.stack === stack);
      return { content: column === undefined ? markup('') : badge(column.verdict) };
    }),
  ]);
  return tableOf('Verdicts, scenario by stack', ['scenario', ...stacks], rows, 'heat');
}

/** The scenario and the values it was played with. */
export function titleOf({ scenario, parameters }: Sheet): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [scenario, ...values].join(', ');
}
