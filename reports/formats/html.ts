import { badge } from '../html/badge.ts';
import { curveSections } from '../html/curve-section.ts';
import { gateSections } from '../html/gate-section.ts';
import { meaningsOf } from '../html/glossary.ts';
import { anchorOf, heatMap, titleOf } from '../html/heat-map.ts';
import { numbersOf } from '../html/numbers.ts';
import { bannerOf, machineOf, originOf } from '../html/opening.ts';
import { page } from '../html/page.ts';
import { listOf } from '../html/parts.ts';
import { sheetPictures } from '../html/pictures.ts';
import { restsOn } from '../html/rests-on.ts';
import { runSection } from '../html/run-section.ts';
import { searchSection } from '../html/search-section.ts';
import { trendSections } from '../html/trend-section.ts';
import { element, escaped, joined, type Markup, markup } from '../plots/svg.ts';
import { withoutProbes } from '../search/of-result.ts';
import { headOf } from './head.ts';
import type { Remark } from './remarks.ts';
import type { Reporter } from './reporter.ts';
import { searchSheets } from './search-sheet.ts';
import { type Sheet, sheetsOf } from './sheet.ts';

/** One page in one file, to be opened anywhere without a network: the verdicts, their numbers and pictures, and where all is from. */
export const html: Reporter = (result, options) => {
  const sheets = sheetsOf(result, options);
  const title = `Testbed: ${[...new Set(sheets.map(({ scenario }) => scenario))].join(', ')}`;
  return page(
    title,
    [
      element('h1', {}, escaped(title)),
      bannerOf(result, options),
      ...restsOn(result, sheetsOf(withoutProbes(result), options)),
      originOf(result),
    ],
    [
      ...gateSections(result),
      ...searchSheets(result).map(searchSection),
      ...curveSections(result),
      heatMap(sheets),
      ...trendSections(result, options),
      ...sheets.map((sheet, at) =>
        sheetSection(sheet, at, headOf(sheet, result).slice(0, -1), result.records.length),
      ),
      ...machineOf(result),
      ...meaningsOf(sheets),
    ],
  );
};

/** `onPage`: so many runs have a section there. */
function sheetSection(sheet: Sheet, at: number, facts: readonly string[], onPage: number): Markup {
  const { sample, columns, remarks } = sheet;
  const description = sample?.description ?? '';
  const heading = element('h2', { id: anchorOf(at) }, escaped(titleOf(sheet)));
  return element(
    'section',
    { 'aria-labelledby': anchorOf(at) },
    heading,
    ...(description === '' ? [] : [element('p', {}, escaped(description))]),
    element('p', { class: 'facts' }, escaped(facts.join(' · '))),
    numbersOf(sheet),
    remarksList(remarks),
    element('div', { class: 'plots' }, sheetPictures(sheet)),
    element('h3', {}, markup('Each run')),
    columns.flatMap(({ runs }) => runs.map((run) => runSection(run, onPage))),
  );
}

function remarksList(remarks: readonly Remark[]): readonly Markup[] {
  if (remarks.length === 0) return [];
  const items = remarks.map(({ verdict, where, text }) =>
    joined([badge(verdict), escaped(` ${where.join(', ')}: ${text}`)]),
  );
  return [element('h3', {}, markup('Remarks')), listOf(items)];
}
