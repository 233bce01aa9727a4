import type { ResultSet } from '../result-set.ts';
import { limitText } from '../search/answer.ts';
import { probedValue, type Searched, searchesOf } from '../search/of-result.ts';
import { type Variable, valueText } from '../search/plan.ts';
import { type Datum, measured, type Sentence, type Source, unmeasured, words } from './document.ts';
import { type Evidence, numberOf, type Played, sourceIn, subject } from './evidence.ts';
import type { KeyFinding } from './options.ts';

/** All searches for one limit of one stack; several where several results looked for it. */
export interface Limit {
  readonly stack: string;
  readonly vary: Variable;
  readonly searches: readonly OwnSearch[];
}

interface OwnSearch extends Searched {
  readonly result: ResultSet;
  /** Its probes. */
  readonly played: readonly Played[];
}

/** What was searched for while nothing was made to go wrong, by stack. */
export function limitsOf(evidence: Evidence, vary: Variable): readonly Limit[] {
  const all = evidence.results.flatMap((result) =>
    searchesOf(result)
      .filter(({ search }) => search.vary === vary)
      .map((searched): OwnSearch => ({ ...searched, result, played: probesIn(evidence, result, searched) }))
      .filter(({ played }) => played.every(({ record }) => record.faults.length === 0)),
  );
  return [...Map.groupBy(all, ({ search }) => search.stack)].map(([stack, searches]) => ({
    stack,
    vary,
    searches,
  }));
}

function probesIn({ played }: Evidence, result: ResultSet, { search }: Searched): readonly Played[] {
  return played.filter((one) => one.result === result && probedValue(search, one.cell) !== null);
}

/** The limit itself, or a number that was measured there. */
export function currentLimitOf(limit: Limit | null, finding: KeyFinding): Datum {
  if (limit === null) return unmeasured('no search');
  if (finding.metric !== null) return numberAt(limit.searches, finding, 'limit');
  const known = limit.searches.filter(({ answer }) => answer.edge !== 'unknown');
  if (known.length === 0) return unmeasured('no value was seen to hold');
  const texts = known.map(({ search, answer }) => limitText(search, answer));
  return measured(rangeText(texts), sourcesOf(known, 'the highest value that held'));
}

/** The lowest value that broke, or a number that was measured there. */
export function breakingPointOf(limit: Limit | null, finding: KeyFinding): Datum {
  if (limit === null) return unmeasured('no search');
  const broken = limit.searches.filter(hasBroken);
  if (finding.metric !== null) return numberAt(broken, finding, 'breaksAt');
  if (broken.length === 0) return unmeasured(whyUnbroken(limit));
  const texts = broken.map(({ search, answer }) => valueText(search.vary, answer.breaksAt ?? 0));
  return measured(rangeText(texts), sourcesOf(broken, 'the lowest value that broke'));
}

/** It was the stack that did not hold more, and not that more could not be seen. */
const hasBroken = ({ answer: { edge, breaksAt } }: OwnSearch): boolean =>
  breaksAt !== null && (edge === 'stack' || edge === 'below');

function whyUnbroken({ searches }: Limit): string {
  const edges = new Set(searches.map(({ answer }) => answer.edge));
  if (edges.has('generator')) return 'the load generator reached its own limit before';
  return edges.has('range') ? 'it held all that was asked for' : 'more could not be judged';
}

function numberAt(
  searches: readonly OwnSearch[],
  { metric, aggregator }: KeyFinding,
  at: 'limit' | 'breaksAt',
): Datum {
  const own = searches.flatMap(({ search, answer, played }) =>
    answer[at] === null ? [] : played.filter(({ cell }) => probedValue(search, cell) === answer[at]),
  );
  return numberOf(own, subject(metric ?? '', aggregator));
}

/** From the least to the greatest of what several searches say, where they differ. */
function rangeText(texts: readonly string[]): string {
  const inOrder = [...new Set(texts)].sort(
    (left, right) => Number.parseFloat(left) - Number.parseFloat(right),
  );
  return inOrder.length > 1 ? `${inOrder[0]}..${inOrder.at(-1)}` : (inOrder[0] ?? '');
}

function sourcesOf(searches: readonly OwnSearch[], what: string): readonly Source[] {
  return searches.map(({ result, search, answer, probes }) =>
    sourceIn(
      result,
      `search ${search.scenario} on ${search.stack}`,
      `${what} of ${probes.length} probes, sure ${Number((100 * answer.confidence).toPrecision(3))} %, ${answer.verdict}`,
    ),
  );
}

/** What breaks first, in the words of the probe that broke; or why more could not be judged. */
export function reasonsOf(limit: Limit): readonly Sentence[] {
  return limit.searches.flatMap((searched): readonly Sentence[] => {
    const { search, answer } = searched;
    const { breaksAt, reasons } = answer;
    if (breaksAt === null || reasons.length === 0) return [];
    const what = hasBroken(searched) ? 'breaks at' : 'cannot be judged at';
    const said = `${search.scenario} on ${search.stack} ${what} ${valueText(search.vary, breaksAt)}: `;
    return [
      [words(said), measured(reasons.join('; '), sourcesOf([searched], 'why the probe there did not hold'))],
    ];
  });
}
