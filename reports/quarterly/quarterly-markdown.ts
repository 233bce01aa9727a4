import { code, inert, listText, tableText } from '../formats/markdown-text.ts';
import { plainText } from '../formats/number-text.ts';
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

/**
 * The report as Markdown. A number is a link to its source in the list at the end; further ones follow it as footnotes do.
 * `pictures`: the file of the n-th plot, where plots are written beside it.
 */
export function quarterlyMarkdown(report: Quarterly, pictures: readonly string[] = []): string {
  const sources = numberedSources(report);
  const left = [...pictures];
  const sections = report.sections.map((section, at) => sectionText(section, at + 1, sources, left));
  return [
    `# ${inert(report.title)}\n`,
    `${report.facts.map(inert).join(' - ')}\n`,
    listText(report.sections.map(({ title }, at) => `[${inert(title)}](#section-${at + 1})`)),
    ...sections,
    sourcesText(sources),
  ].join('\n');
}

function sectionText(
  { title, blocks }: Section,
  number: number,
  sources: NumberedSources,
  pictures: string[],
): string {
  const told = blocks.map((block) => blockText(block, sources, pictures));
  return [`<a id="section-${number}"></a>\n\n## ${number}. ${inert(title)}\n`, ...told].join('\n');
}

function blockText(block: Block, sources: NumberedSources, pictures: string[]): string {
  switch (block.kind) {
    case 'text':
      return `${sentenceText(block.sentence, sources)}\n`;
    case 'list':
      return listText(block.items.map((item) => sentenceText(item, sources)));
    case 'table':
      return `**${inert(block.caption)}**\n\n${tableText(
        block.head.map(inert),
        block.rows.map((row) => row.map((datum) => datumText(datum, sources))),
      )}`;
    case 'commands':
      return `${block.lines.map((line) => `    ${plainText(line).replaceAll(/\s+/g, ' ')}\n`).join('')}`;
    case 'plot': {
      const file = pictures.shift();
      const about = inert(block.plot.title);
      return file === undefined ? `Picture, in the HTML: ${about}\n` : `![${about}](${encodeURI(file)})\n`;
    }
  }
}

const sentenceText = (sentence: Sentence, sources: NumberedSources): string =>
  sentence.map((datum) => datumText(datum, sources)).join('');

/** The first source is the number's own link; beyond three, those between are reached by the list, where they follow one another. */
function datumText(datum: Datum, sources: NumberedSources): string {
  if (datum.kind !== 'measured') return inert(textOf(datum));
  const [first, ...others] = datum.sources.map((source) => sources.numberOf(source)) as [number, ...number[]];
  const more = others.slice(0, 2).map((number) => ` [${number}](#${sourceAnchor(number)})`);
  const rest = others.length > 2 ? ` and ${others.length - 2} more` : '';
  const verdict = datum.verdict === null || datum.verdict === datum.text ? '' : ` **${datum.verdict}**`;
  return `[${inert(datum.text)}](#${sourceAnchor(first)})${verdict}${more.join('')}${rest}`;
}

function sourcesText(sources: NumberedSources): string {
  const runs = runNames(sources);
  const rows = cellSources(sources).map(({ run, cell, record, rules }) => [
    runs.get(run) ?? '',
    inert(cell),
    record === null ? '' : code(record),
    rules
      .map(({ number, rule }) => `<a id="${sourceAnchor(number)}"></a>${number} ${inert(rule)}`)
      .join('; '),
  ]);
  const listed = [...runs].map(([run, name]) => `${name}: ${code(run)}`);
  return `<a id="sources"></a>\n\n## ${sourcesTitle}\n\n${listText(listed)}\n${tableText(sourceHeads, rows)}`;
}
