import { cellVerdict } from '../../result-set.ts';
import { isProbe, searchesOf } from '../../search/of-result.ts';
import { summaryVerdict } from '../../verdict.ts';
import { type Datum, measured, type Section, table, text, words } from '../document.ts';
import { type Evidence, sourceIn } from '../evidence.ts';
import type { QuarterlyOptions } from '../options.ts';

/** How to make it again, and every cell that was played, so that nothing is left out. */
export function appendixSection({ results }: Evidence, { commands }: QuarterlyOptions): Section {
  const played = [...new Set(results.map(({ index }) => index.command))];
  return {
    title: 'Appendix: commands that reproduce it',
    blocks: [
      text(words('What was played:')),
      { kind: 'commands', lines: played },
      text(words('This report:')),
      { kind: 'commands', lines: commands },
      table(
        'Everything that was played',
        ['run', 'scenario', 'stack', 'cells', 'verdict'],
        results.flatMap(gridRows),
      ),
    ],
  };
}

/** The worst of the cells of a scenario on a stack; of a search its answer. */
function gridRows(result: Evidence['results'][number]): readonly (readonly Datum[])[] {
  const { index, records, directory } = result;
  const alone = index.cells.flatMap((cell, at) =>
    isProbe(index, cell)
      ? []
      : [
          {
            scenario: cell.scenario,
            stack: cell.stack,
            cells: 1,
            verdict: cellVerdict(cell, records[at] ?? null),
          },
        ],
  );
  const searched = searchesOf(result).map(({ search, probes, answer }) => ({
    scenario: search.scenario,
    stack: search.stack,
    cells: probes.length,
    verdict: answer.verdict,
  }));
  const groups = Map.groupBy([...alone, ...searched], ({ scenario, stack }) =>
    JSON.stringify([scenario, stack]),
  );
  return [...groups.values()].map((own) => {
    const [{ scenario, stack }] = own as [(typeof own)[number]];
    const verdict = summaryVerdict(own.map((each) => each.verdict));
    const source = sourceIn(
      result,
      `${scenario} on ${stack}`,
      'the worst verdict of its cells; of a search its answer',
    );
    const cells = own.reduce((sum, each) => sum + each.cells, 0);
    return [
      words(directory),
      words(scenario),
      words(stack),
      words(`${cells}`),
      measured(verdict, [source], verdict),
    ];
  });
}
