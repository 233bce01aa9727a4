import { type SearchSheet, searchHeads } from '../formats/search-sheet.ts';
import { element, escaped, type Markup } from '../plots/svg.ts';
import { badge } from './badge.ts';
import { cell, listOf, tableOf } from './parts.ts';

/** The limits that were searched for, before the probes by which they were found. */
export function searchSection({ title, asked, facts, rows, sentences }: SearchSheet, at: number): Markup {
  const id = `search-${at + 1}`;
  const lines = rows.map(({ texts, verdict }) => [...texts.map(cell), { content: badge(verdict) }]);
  return element(
    'section',
    { 'aria-labelledby': id },
    element('h2', { id }, escaped(`Limits: ${title}`)),
    element('p', {}, escaped(asked)),
    element('p', { class: 'facts' }, escaped(facts.join(' · '))),
    tableOf('Current limits and breaking points', searchHeads, lines),
    listOf(sentences.map(escaped)),
  );
}
