import { cellVerdict } from '../../result-set.ts';
import { isProbe } from '../../search/of-result.ts';
import { list, measured, type Section, type Sentence, text, words } from '../document.ts';
import { cellName, type Evidence, sourceIn } from '../evidence.ts';
import { toldGains } from '../gains.ts';
import { standingsOf, standingText } from '../goals.ts';
import type { QuarterlyOptions } from '../options.ts';

/** More of one kind are counted, not listed. */
const mostListed = 12;

/** What failed, what was not reached and what is not known: each is something to do. */
export function nextStepSection(evidence: Evidence, options: QuarterlyOptions): Section {
  const steps = [
    ...group('Find out why it failed', failedCells(evidence, 'FAIL')),
    ...group('Reach', goalsNotMet(evidence, options)),
    ...group('Did not come true as expected', notTrue(evidence, options)),
    ...group('Measure again, or what was never measured', [
      ...goalsUnknown(evidence, options),
      ...failedCells(evidence, 'INCONCLUSIVE'),
    ]),
  ];
  return {
    title: 'Next steps',
    blocks:
      steps.length === 0
        ? [text(words('Nothing failed, every target is met, and all was measured.'))]
        : steps,
  };
}

function group(title: string, sentences: readonly Sentence[]) {
  if (sentences.length === 0) return [];
  const more = sentences.length - mostListed;
  const rest = more > 0 ? [[words(`and ${more} more, in the tables above`)]] : [];
  return [text(words(`${title}:`)), ...list([...sentences.slice(0, mostListed), ...rest])];
}

function failedCells({ results }: Evidence, verdict: 'FAIL' | 'INCONCLUSIVE'): readonly Sentence[] {
  return results.flatMap((result) =>
    result.index.cells.flatMap((cell, at): readonly Sentence[] => {
      const record = result.records[at] ?? null;
      if (isProbe(result.index, cell) || cellVerdict(cell, record) !== verdict) return [];
      const why = [
        ...(record?.thresholds ?? [])
          .filter((one) => one.verdict === verdict)
          .map(({ metric, rule }) => `${metric} ${rule}`),
        ...(record?.checks ?? [])
          .filter((one) => one.verdict === verdict)
          .map(({ check }) => `check ${check}`),
        ...(record?.findings ?? []).filter((one) => one.verdict === verdict).map(({ about }) => about),
      ];
      const said = [...new Set(why)].join(', ') || cell.reason || 'of the cell as a whole';
      const source = { ...sourceIn(result, cellName(cell), `what of it is ${verdict}`), record: cell.record };
      return [[measured(`${cellName(cell)}: ${said}`, [source], verdict)]];
    }),
  );
}

const goalsNotMet = (evidence: Evidence, options: QuarterlyOptions): readonly Sentence[] =>
  goalSentences(evidence, options, 'not met');
const goalsUnknown = (evidence: Evidence, options: QuarterlyOptions): readonly Sentence[] => [
  ...goalSentences(evidence, options, 'not measured'),
  ...goalSentences(evidence, options, 'not known'),
];

function goalSentences(evidence: Evidence, options: QuarterlyOptions, status: string): readonly Sentence[] {
  return standingsOf(evidence, options)
    .filter((standing) => standingText(standing) === status)
    .map(({ goal, stack, current }) => [
      words(`${goal.name}${stack === '' ? '' : ` on ${stack}`}, target ${goal.text}: `),
      current,
    ]);
}

function notTrue(evidence: Evidence, { gains }: QuarterlyOptions): readonly Sentence[] {
  return toldGains(evidence, gains).flatMap(({ row, gain, sources }): readonly Sentence[] => {
    if (gain === null || (gain.outcome !== 'no' && gain.outcome !== 'worse')) return [];
    const expected = gain.expected === null ? 'made it worse' : `expected ${gain.expected.text}`;
    return [[measured(`${row.name}: ${expected}`, sources)]];
  });
}
