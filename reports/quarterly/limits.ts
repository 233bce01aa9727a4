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
  if (finding.metric !== null) return numberAt(limit, finding, 'limit');
  const texts = limit.searches.map(({ search, answer }) => limitText(search, answer));
  return measured(rangeText(texts), sourcesOf(limit, 'the highest value that held'));
}

/** The lowest value that broke, or a number that was measured there. */
export function breakingPointOf(limit: Limit | null, finding: KeyFinding): Datum {
  if (limit === null) return unmeasured('no search');
  if (finding.metric !== null) return numberAt(limit, finding, 'breaksAt');
  const texts = limit.searches.flatMap(({ search, answer }) =>
    answer.breaksAt === null || !(answer.edge === 'stack' || answer.edge === 'below')
      ? []
      : [valueText(search.vary, answer.breaksAt)],
  );
  if (texts.length === 0) return unmeasured('it did not break');
  return measured(rangeText(texts), sourcesOf(limit, 'the lowest value that broke'));
}

function numberAt({ searches }: Limit, { metric, aggregator }: KeyFinding, at: 'limit' | 'breaksAt'): Datum {
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

function sourcesOf({ searches }: Limit, what: string): readonly Source[] {
  return searches.map(({ result, search, answer, probes }) =>
    sourceIn(
      result,
      `search ${search.scenario} on ${search.stack}`,
      `${what} of ${probes.length} probes, sure ${Number((100 * answer.confidence).toPrecision(3))} %, ${answer.verdict}`,
    ),
  );
}

/** What breaks first, in the words of the probe that broke. */
export function reasonsOf(limit: Limit): readonly Sentence[] {
  return limit.searches.flatMap(({ search, answer }): readonly Sentence[] => {
    const { edge, breaksAt, reasons } = answer;
    if (breaksAt === null || reasons.length === 0) return [];
    const what = edge === 'generator' || edge === 'unseen' ? 'cannot be judged from' : 'breaks at';
    const said = `${search.scenario} on ${search.stack} ${what} ${valueText(search.vary, breaksAt)}: `;
    return [
      [words(said), measured(reasons.join('; '), sourcesOf(limit, 'why the probe there did not hold'))],
    ];
  });
}
