import { boundText } from '../../formats/number-text.ts';
import { aggregatorText, isMeant, rowNumber, thresholdText } from '../../formats/row-text.ts';
import type { Row } from '../../formats/rows.ts';
import { type Column, type Sheet, sheetsOf } from '../../formats/sheet.ts';
import {
  type Block,
  type Datum,
  list,
  measured,
  type Section,
  table,
  text,
  unmeasured,
  words,
} from '../document.ts';
import { type Evidence, sourceOf, spreadText, subject, subjectText } from '../evidence.ts';
import { loadTestsOf, pooled, resultOf } from '../load-tests.ts';
import type { QuarterlyOptions, WrittenReference } from '../options.ts';
import { byAgentsPicture } from '../pictures.ts';

/** A table for each size of load, a column for each stack; of what the seed report recorded, that beside it. */
export function loadTestSection(evidence: Evidence, { reference }: QuarterlyOptions): Section {
  const title = 'Load test results';
  const tests = loadTestsOf(evidence);
  if (tests.length === 0)
    return { title, blocks: [text(unmeasured('no run played a scenario under load alone'))] };
  const sheets = sheetsOf(pooled(evidence, tests), { reference });
  const inOrder = [...sheets].sort((left, right) => agentsOf(left) - agentsOf(right));
  return {
    title,
    blocks: [
      ...inOrder.flatMap((sheet) => sheetBlocks(sheet, evidence, reference)),
      ...byAgentsPicture(tests, subject('spawn_ms', 'avg')),
      ...byAgentsPicture(tests, subject('event_delivery_ms', 'avg')),
    ],
  };
}

function sheetBlocks(
  sheet: Sheet,
  evidence: Evidence,
  reference: QuarterlyOptions['reference'],
): readonly Block[] {
  const own = Object.hasOwn(reference, sheet.scenario) ? (reference[sheet.scenario] ?? null) : null;
  const remarks = sheet.remarks.map(({ verdict, where, text: said }) => [
    words(`${verdict} ${where.join(', ')}: ${said}`),
  ]);
  return [loadTable(sheet, evidence, own), ...list(remarks)];
}

const agentsOf = ({ sample }: Sheet): number => Number(sample?.workload['agents'] ?? 0);

function loadTable(sheet: Sheet, evidence: Evidence, written: WrittenReference | null) {
  const { columns, judged, scenario, sample } = sheet;
  const beside = (...data: readonly Datum[]): readonly Datum[] => (written === null ? [] : data);
  const rows = judged.filter((row) => isMeant(row) || row.reference !== null);
  const lines = rows.map((row) => [
    words(subjectText(row)),
    words(thresholdText(row)),
    words(row.pass === null ? '' : row.healthy.map((bound) => boundText(bound, row.unit)).join(', ')),
    ...row.cells.map((_, at) => cellDatum(row, at, columns[at] as Column, evidence)),
    ...beside(...referenceData(row, written)),
  ]);
  const verdictLine = [
    words('verdict'),
    words(''),
    words(''),
    ...columns.map(({ verdict, runs }) =>
      measured(
        verdict,
        runs.map(({ cell }) =>
          sourceOf(
            { cell, result: resultOf(evidence, cell) },
            'thresholds, checks and findings of the cell, the worst',
          ),
        ),
        verdict,
      ),
    ),
    ...beside(words(''), words(''), words(written?.verdict ?? '')),
  ];
  const heads = written === null ? [] : [written.label, 'its bound', 'its status'];
  const title = sample === null ? scenario : `${agentsOf(sheet)} agents (${scenario})`;
  return table(
    title,
    ['metric', 'threshold', 'healthy', ...columns.map(({ stack }) => stack), ...heads],
    [...lines, verdictLine],
  );
}

function cellDatum(row: Row, at: number, { runs }: Column, evidence: Evidence): Datum {
  const { spread = null, verdict = null } = row.cells[at] ?? {};
  const bound = row.pass?.text ?? row.healthy[0]?.text;
  const rule = `${subjectText(row)}${bound === undefined ? '' : `, judged by ${bound}`}${runs.length > 1 ? `, median of ${runs.length} runs` : ''}`;
  const sources = runs
    .filter(({ record }) => record !== null)
    .map(({ cell }) => sourceOf({ cell, result: resultOf(evidence, cell) }, rule));
  if (spread === null) return unmeasured();
  return measured(spreadText(spread, (value) => rowNumber(value, row)) + unitText(row), sources, verdict);
}

const unitText = ({ unit }: Row): string => (['1/s', 'count', 'ratio', ''].includes(unit) ? '' : ` ${unit}`);

function referenceData(
  { reference, metric, aggregator }: Row,
  written: WrittenReference | null,
): readonly Datum[] {
  if (reference === null || aggregatorText(reference.aggregator) !== aggregatorText(aggregator))
    return [words(''), words(''), words('')];
  return [words(reference.text), words(written?.bounds[metric] ?? ''), words(reference.verdict)];
}
