import type { Verdict } from '../record.ts';
import type { ResultSet } from '../result-set.ts';
import { limitText, type SearchAnswer } from '../search/answer.ts';
import { isProbe, type Searched, searchesOf } from '../search/of-result.ts';
import { valueText } from '../search/plan.ts';
import { headOf } from './head.ts';
import { unmeasured } from './number-text.ts';
import { type Sheet, sheetsOf } from './sheet.ts';

/** The searches of one scenario on all its stacks: what one table shows, before any layout. */
export interface SearchSheet {
  readonly title: string;
  readonly asked: string;
  readonly facts: readonly string[];
  /** In the order of `searchHeads`, but for the verdict. */
  readonly rows: readonly { readonly texts: readonly string[]; readonly verdict: Verdict }[];
  /** Why each ends where it does, and the way to it. */
  readonly sentences: readonly string[];
}

export const searchHeads = ['stack', 'current limit', 'breaking point', 'sure', 'probes', 'verdict'];

export function searchSheets(result: ResultSet): readonly SearchSheet[] {
  const scenarios = Map.groupBy(searchesOf(result), ({ search }) => titleOf(search));
  return [...scenarios].map(([title, searches]) => ({
    title,
    asked: askedText((searches[0] as Searched).search),
    facts: headFacts(searches, result),
    rows: searches.map((one) => ({ texts: rowOf(one), verdict: one.answer.verdict })),
    sentences: searches.flatMap(sentencesOf),
  }));
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
