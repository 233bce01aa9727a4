import type { ResultSet } from '../result-set.ts';
import type { Paint } from './colour.ts';
import { foldParts, foldText } from './fold.ts';
import { inert, listText, tableText } from './markdown-text.ts';
import { plainText } from './number-text.ts';
import { plainTable } from './plain-table.ts';
import { searchHeads, searchSheets } from './search-sheet.ts';

/** The searches of a result for a terminal: a block for each scenario, a row for each stack. */
export function searchesText(result: ResultSet, width: number, paint: Paint): readonly string[] {
  return searchSheets(result).map(({ title, asked, facts, rows, sentences }) => {
    const head = foldParts([title, ...facts].map(plainText), width, '   ');
    const lines = rows.map(({ texts, verdict }) => [...texts.map(plainText), paint(verdict)]);
    const told = sentences.flatMap((text) => foldText(plainText(text), width, 2));
    return `${[...head, ...foldText(asked, width, 0)].join('\n')}\n\n${plainTable([searchHeads, ...lines])}\n\n${told.join('\n')}\n`;
  });
}

/** The same as Markdown. */
export function searchesMarkdown(result: ResultSet): readonly string[] {
  return searchSheets(result).flatMap(({ title, asked, facts, rows, sentences }) => [
    `## ${inert(title)}\n`,
    `${inert(asked)}\n`,
    `${facts.map(inert).join(' - ')}\n`,
    tableText(
      searchHeads,
      rows.map(({ texts, verdict }) => [...texts.map(inert), `**${verdict}**`]),
    ),
    listText(sentences.map(inert)),
  ]);
}
