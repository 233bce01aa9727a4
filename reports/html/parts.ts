import { element, escaped, type Markup } from '../plots/svg.ts';

export interface CellOfTable {
  readonly content: Markup;
  readonly number?: boolean;
}

/** A table that scrolls by itself where the page is narrower. Each row begins with its heading. */
export function tableOf(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly CellOfTable[])[],
  kind?: string,
): Markup {
  const headings = head.map((text) => element('th', { scope: 'col' }, escaped(text)));
  const lines = rows.map(([first, ...rest]) =>
    element(
      'tr',
      {},
      first === undefined ? [] : element('th', { scope: 'row' }, first.content),
      rest.map(({ content, number }) => element('td', number ? { class: 'n' } : {}, content)),
    ),
  );
  const table = element(
    'table',
    { class: kind ?? null },
    element('caption', {}, escaped(caption)),
    element('thead', {}, element('tr', {}, headings)),
    element('tbody', {}, lines),
  );
  // What scrolls has to be reached by the keyboard, and say what it is.
  return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption }, table);
}

export const cell = (text: string): CellOfTable => ({ content: escaped(text) });

export const numberCell = (content: Markup): CellOfTable => ({ content, number: true });

export function listOf(items: readonly Markup[]): Markup {
  return element(
    'ul',
    {},
    items.map((item) => element('li', {}, item)),
  );
}

export function codeOf(text: string): Markup {
  return element('code', {}, escaped(text));
}

/** Folded away until somebody asks; on paper it is there. */
export function folded(summary: string, content: readonly Markup[]): Markup {
  return element('details', {}, element('summary', {}, escaped(summary)), content);
}
