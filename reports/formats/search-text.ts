import type { ResultSet } from '../result-set.ts';
import { limitText, type SearchAnswer } from '../search/answer.ts';
import { isProbe, type Searched, searchesOf } from '../search/of-result.ts';
import { valueText } from '../search/plan.ts';
import type { Paint } from './colour.ts';
import { foldParts, foldText } from './fold.ts';
import { headOf } from './head.ts';
import { inert, listText, tableText } from './markdown-text.ts';
import { plainText, unmeasured } from './number-text.ts';
import { plainTable } from './plain-table.ts';
import { type Sheet, sheetsOf } from './sheet.ts';

const heads = ['stack', 'current limit', 'breaking point', 'sure', 'probes', 'verdict'];

/** The searches of a result for a terminal: a block for each scenario, a row for each stack, and why each ends where it does. */
export function searchesText(result: ResultSet, width: number, paint: Paint): readonly string[] {
  return inScenarios(result).map((searches) => {
    const [{ search }] = searches as [Searched];
    const rows = searches.map((one) => [...rowOf(one).map(plainText), paint(one.answer.verdict)]);
    const told = searches.flatMap((one) =>
      sentencesOf(one).flatMap((text) => foldText(plainText(text), width, 2)),
    );
    const head = foldParts([plainText(titleOf(search)), ...headFacts(searches, result)], width, '   ');
    const asked = foldText(askedText(search), width, 0);
    return `${[...head, ...asked].join('\n')}\n\n${plainTable([heads, ...rows])}\n\n${told.join('\n')}\n`;
  });
}

/** The same as Markdown. */
export function searchesMarkdown(result: ResultSet): readonly string[] {
  return inScenarios(result).flatMap((searches) => {
    const [{ search }] = searches as [Searched];
    const rows = searches.map((one) => [...rowOf(one).map(inert), `**${one.answer.verdict}**`]);
    return [
      `## ${inert(titleOf(search))}\n`,
      `${inert(askedText(search))}\n`,
      `${headFacts(searches, result).map(inert).join(' - ')}\n`,
      tableText(heads, rows),
      listText(searches.flatMap((one) => sentencesOf(one).map(inert))),
    ];
  });
}

function inScenarios(result: ResultSet): readonly (readonly Searched[])[] {
  return [...Map.groupBy(searchesOf(result), ({ search }) => titleOf(search)).values()];
}

function titleOf({ scenario, parameters = {} }: Searched['search']): string {
  return [scenario, ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`)].join(' ');
}

function askedText({ vary, from, to, within, probes }: Searched['search']): string {
  return `${vary} from ${valueText(vary, from)} to ${valueText(vary, to)}: the highest value that holds all thresholds and checks, within ${percent(within)}, in at most ${probes} probes`;
}

function rowOf({ search, answer, probes }: Searched): readonly string[] {
  const { edge, breaksAt, confidence } = answer;
  const broken = (edge === 'stack' || edge === 'below') && breaksAt !== null;
  return [
    search.stack,
    limitText(search, answer),
    broken ? valueText(search.vary, breaksAt) : unmeasured,
    edge === 'unknown' ? unmeasured : percent(confidence),
    `${probes.length}`,
  ];
}

/** Why the answer is what it is, and the way to it. */
function sentencesOf({ search, answer, probes }: Searched): readonly string[] {
  const played = probes.map(({ value, outcome }) => `${valueText(search.vary, value)} ${outcome}`);
  return [
    `${search.stack}: ${edgeText(search, answer)}`,
    ...(played.length === 0 ? [] : [`${search.stack} probes: ${played.join(', ')}`]),
  ];
}

function edgeText(
  { vary, to }: Searched['search'],
  { edge, breaksAt, broke, held, reasons, limit }: SearchAnswer,
): string {
  const at = breaksAt === null ? '' : valueText(vary, breaksAt);
  const why = reasons.join('; ') || 'no reason was given';
  const of = broke === null ? '' : ` (${broke.times} of ${broke.of} probes)`;
  const holds =
    held === null || limit === null
      ? ''
      : `holds ${valueText(vary, limit)} (${held.times} of ${held.of} probes), `;
  switch (edge) {
    case 'stack':
      return `${holds}breaks at ${at}${of}: ${why}`;
    case 'below':
      return `breaks at ${at} already${of}, the lowest value: ${why}`;
    case 'generator':
      return `${holds}a limit of the load generator, not of the stack, at ${at}${of}: ${why}`;
    case 'unseen':
      return `${holds}at ${at} it could not be judged${of}: ${why}`;
    case 'range':
      return `holds ${valueText(vary, to)}, the highest value that was asked for`;
    case 'unknown':
      return breaksAt === null
        ? `nothing is known: ${why}`
        : `no value was seen to hold; at ${at}${of}: ${why}`;
  }
}

/** Facts of all probes, by the first that played to its end. */
function headFacts(searches: readonly Searched[], result: ResultSet): readonly string[] {
  const { index, records } = result;
  const own = index.cells.map((cell) => searches.some(({ search }) => isProbe({ searches: [search] }, cell)));
  const held = index.cells.findIndex((_, at) => own[at] && records[at]?.verdict === 'PASS');
  const at = held >= 0 ? held : own.indexOf(true);
  const one = {
    ...result,
    index: { ...index, cells: index.cells.slice(at, at + 1) },
    records: records.slice(at, at + 1),
  };
  const [sheet] = at < 0 ? [] : sheetsOf(one, {});
  return sheet === undefined ? [] : headOf({ ...sheet, parameters: {} } satisfies Sheet, result);
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
