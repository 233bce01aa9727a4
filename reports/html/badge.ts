import { element, escaped, type Markup, markup } from '../plots/svg.ts';
import type { Finding } from '../record.ts';

const signs: { readonly [verdict in Finding['verdict']]: string } = {
  PASS: '✓',
  DEGRADED: '▲',
  FAIL: '✕',
  INCONCLUSIVE: '?',
  UNSUPPORTED: '–',
  NOTE: 'i',
};

/** A verdict as word and sign, with its colour as a third way to tell it. */
export function badge(verdict: Finding['verdict']): Markup {
  const sign = element('span', { 'aria-hidden': 'true' }, markup(signs[verdict]));
  return element('span', { class: `verdict ${verdict.toLowerCase()}` }, sign, markup(' '), escaped(verdict));
}
