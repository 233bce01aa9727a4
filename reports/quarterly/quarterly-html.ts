import { badge } from '../html/badge.ts';
import { page } from '../html/page.ts';
import { type CellOfTable, cell, codeOf, listOf, tableOf } from '../html/parts.ts';
import { drawPlot } from '../plots/draw-plot.ts';
import { element, escaped, joined, type Markup, markup } from '../plots/svg.ts';
import { type Block, type Datum, type Quarterly, type Section, type Sentence, textOf } from './document.ts';
import {
  cellSources,
  type NumberedSources,
  numberedSources,
  runNames,
  sourceAnchor,
  sourceHeads,
  sourcesTitle,
} from './numbered-sources.ts';
import { printStyle } from './print-style.ts';

/** The report as a page in one file. */
export const quarterlyHtml = (report: Quarterly): string => whole(report, []);

/** The same for paper: A4, with page numbers, each section on a page of its own, and black on white whatever the reader's system. */
export const quarterlyPrint = (report: Quarterly): string =>
  whole(report, [element('style', {}, markup(printStyle))]);

function whole(report: Quarterly, head: readonly Markup[]): string {
  const sources = numberedSources(report);
  const contents = [...report.sections.map(({ title }) => title), sourcesTitle].map((title, at) =>
    element('a', { href: `#section-${at + 1}` }, escaped(title)),
  );
  return page(
    report.title,
    [
      element('h1', {}, escaped(report.title)),
      element('p', { class: 'facts' }, escaped(report.facts.join(' · '))),
      element(
        'nav',
        { 'aria-label': 'Contents' },
        element(
          'ol',
          {},
          contents.map((each) => element('li', {}, each)),
        ),
      ),
    ],
    [
      ...report.sections.map((section, at) => sectionOf(section, at + 1, sources)),
      sourceList(sources, report.sections.length + 1),
    ],
    head,
  );
}

function sectionOf({ title, blocks }: Section, number: number, sources: NumberedSources): Markup {
  const id = `section-${number}`;
  return element(
    'section',
    { 'aria-labelledby': id },
    element('h2', { id }, escaped(`${number}. ${title}`)),
    blocks.map((block) => blockOf(block, sources)),
  );
}

function blockOf(block: Block, sources: NumberedSources): Markup {
  switch (block.kind) {
    case 'text':
      return element('p', {}, sentenceOf(block.sentence, sources));
    case 'list':
      return listOf(block.items.map((item) => sentenceOf(item, sources)));
    case 'table':
      return tableOf(
        block.caption,
        block.head,
        block.rows.map((row) => row.map((datum) => cellOf(datum, sources))),
      );
    case 'commands':
      // As a table: what scrolls is reached by the keyboard, and says what it is.
      return element(
        'div',
        {
          class: 'scroll',
          tabindex: 0,
          role: 'region',
          'aria-label': `Commands: ${block.lines.join('; ').slice(0, 60)}`,
        },
        element('pre', {}, codeOf(block.lines.join('\n'))),
      );
    case 'plot':
      return element(
        'figure',
        {},
        drawPlot(block.plot),
        element('figcaption', {}, escaped(block.plot.title)),
      );
  }
}

const sentenceOf = (sentence: Sentence, sources: NumberedSources): Markup =>
  joined(sentence.map((datum) => datumOf(datum, sources)));

function cellOf(datum: Datum, sources: NumberedSources): CellOfTable {
  return datum.kind === 'words' ? cell(datum.text) : { content: datumOf(datum, sources) };
}

/** A number is a link to its first source; each says to whoever points at it what it is. */
function datumOf(datum: Datum, sources: NumberedSources): Markup {
  if (datum.kind === 'words') return escaped(datum.text);
  if (datum.kind === 'unmeasured') return element('span', { class: 'quiet' }, escaped(textOf(datum)));
  const [first, ...others] = datum.sources;
  const link = (source: typeof first, content: Markup): Markup =>
    element(
      'a',
      { href: `#${sourceAnchor(sources.numberOf(source))}`, title: `${source.cell}: ${source.rule}` },
      content,
    );
  const more = others.map((source) => link(source, escaped(`${sources.numberOf(source)}`)));
  const { verdict, text } = datum;
  return joined([
    link(first, verdict !== null && verdict === text ? badge(verdict) : escaped(text)),
    ...(verdict === null || verdict === text ? [] : [markup(' '), badge(verdict)]),
    ...(more.length === 0 ? [] : [element('sup', {}, markup(' '), joined(more, ' '))]),
  ]);
}

function sourceList(sources: NumberedSources, number: number): Markup {
  const runs = runNames(sources);
  const rows = cellSources(sources).map(({ run, cell: name, record, rules }) => [
    cell(runs.get(run) ?? ''),
    cell(name),
    { content: record === null ? markup('') : codeOf(record) },
    {
      content: joined(
        rules.map((each) =>
          element('span', { id: sourceAnchor(each.number) }, escaped(`${each.number} ${each.rule}`)),
        ),
        '; ',
      ),
    },
  ]);
  const id = `section-${number}`;
  return element(
    'section',
    { 'aria-labelledby': id },
    element('h2', { id }, markup(sourcesTitle)),
    listOf([...runs].map(([run, name]) => joined([escaped(`${name}: `), codeOf(run)]))),
    tableOf('Cells and rules by number', sourceHeads, rows),
  );
}
