import type { Finding, RunRecord } from '../record.ts';
import { verdicts } from '../verdict.ts';
import { numberText, plainText } from './number-text.ts';
import { inOne, patternOf, rangesText } from './one-sentence.ts';
import type { Column, Run } from './sheet.ts';

/** A sentence that belongs under a table: why a verdict is what it is, or what was noticed. */
export interface Remark {
  readonly verdict: Finding['verdict'];
  /** The cells it is true of: `memory`, or `memory #2` where it is not true of all its iterations. */
  readonly where: readonly string[];
  readonly text: string;
}

/**
 * Everything that the numbers alone do not say, worst first, notes last. The same sentence of many cells is there once,
 * and sentences that differ in numbers alone are one, with how far these go; so is what checks found for one cause, whatever
 * they show of it: that of the first cell stands for all. A FAIL is plain where each bound has a row of
 * its own; a table without such rows asks for its sentences.
 */
export function remarksOf(columns: readonly Column[], failures?: 'with failures'): readonly Remark[] {
  const merged = new Map<string, Merged>();
  for (const { stack, runs } of columns) {
    for (const run of runs) {
      const where = runs.length > 1 ? `${stack} #${run.cell.iteration}` : stack;
      for (const { verdict, text, about = '', example } of [
        ...runRemarks(run),
        ...(failures === undefined ? [] : failureRemarks(run)),
      ]) {
        const key = `${verdict} ${about} ${patternOf(text)}`;
        const known = merged.get(key) ?? { verdict, where: [], texts: [], examples: [] };
        if (!known.where.includes(where)) known.where.push(where);
        known.texts.push(plainText(text));
        if (example !== undefined) known.examples.push({ where, text: plainText(example) });
        merged.set(key, known);
      }
    }
  }
  const order: readonly Remark['verdict'][] = [...verdicts, 'NOTE'];
  const remarks = [...merged.values()].map(({ verdict, where, texts, examples }) => ({
    verdict,
    where: inShort(where, columns),
    text: `${inOne(texts)}${exampleText(examples)}`,
  }));
  return remarks.sort((left, right) => order.indexOf(left.verdict) - order.indexOf(right.verdict));
}

interface Merged {
  readonly verdict: Remark['verdict'];
  readonly where: string[];
  readonly texts: string[];
  readonly examples: Example[];
}

interface Example {
  readonly where: string;
  readonly text: string;
}

/** Examples that differ in numbers alone are one; of others the first, with the cell that it is of. */
function exampleText(examples: readonly Example[]): string {
  const [first] = examples;
  if (first === undefined) return '';
  const alike = new Set(examples.map(({ text }) => patternOf(text))).size === 1;
  return alike ? ` (${inOne(examples.map(({ text }) => text))})` : ` (${first.where}: ${first.text})`;
}

/** What is true of all iterations of a stack is true of the stack. */
function inShort(where: readonly string[], columns: readonly Column[]): readonly string[] {
  return columns.flatMap(({ stack, runs }) => {
    const own = where.filter((one) => runs.some(({ cell }) => one === `${stack} #${cell.iteration}`));
    if (runs.length === 1) return where.includes(stack) ? [stack] : [];
    if (own.length === 0 || own.length === runs.length) return own.length === 0 ? [] : [stack];
    const numbers = runs.map(({ cell }) => cell.iteration).filter((one) => own.includes(`${stack} #${one}`));
    return [`${stack} ${rangesText(numbers)}`];
  });
}

interface Sentence extends Pick<Remark, 'verdict' | 'text'> {
  /** Sentences about different things are not one, however alike they are. */
  readonly about?: string;
  /** What shows it: of each cell something else. */
  readonly example?: string;
}

function runRemarks({ cell, record }: Run): readonly Sentence[] {
  if (record === null) return [{ verdict: cell.verdict, text: cell.reason ?? 'left no record' }];
  return [
    ...(cell.reason === undefined ? [] : [{ verdict: cell.verdict, text: cell.reason }]),
    ...thresholdRemarks(record),
    ...checkRemarks(record),
    ...findingRemarks(record),
  ];
}

/** Which bounds were broken, and how. */
function failureRemarks({ record }: Run): Sentence[] {
  if (record === null) return [];
  return record.thresholds.flatMap(({ metric, phase, aggregator, rule, observed, verdict, reason }) => {
    if (verdict !== 'FAIL' || reason !== null || observed === null) return [];
    const name = phase === null ? metric : `${metric}{phase:${phase}}`;
    const own = record.rules.filter((one) => one.metric === metric && one.phase === phase);
    const bounds = own.flatMap(({ pass }) => pass).filter(({ text }) => text === rule);
    const unit = aggregator === 'count' ? 'count' : (record.metrics[name]?.unit ?? '');
    const about = `${name} ${rule}`;
    return [{ verdict, about, text: `${about}: was ${numberText(observed, unit, bounds)}` }];
  });
}

/** A FAIL is plain from its row; what is healthy, or why nothing could be judged, is not. */
function thresholdRemarks({ thresholds }: RunRecord): Sentence[] {
  return thresholds.flatMap(({ metric, phase, aggregator, rule, healthy, verdict, reason }) => {
    const name = phase === null ? metric : `${metric}{phase:${phase}}`;
    if (reason !== null) return [{ verdict, text: `${name} ${rule}: ${reason}` }];
    if (verdict !== 'DEGRADED') return [];
    return [
      {
        verdict,
        text: `${name} ${aggregator === 'value' ? '' : `${aggregator} `}is past healthy: ${healthy}`,
      },
    ];
  });
}

const evidenceShown = 3;

function checkRemarks({ checks }: RunRecord): Sentence[] {
  return checks
    .filter(({ verdict }) => verdict !== 'PASS')
    .map(({ check, verdict, detail, evidence }) => {
      const shown = evidence.slice(0, evidenceShown).join('; ');
      const more = evidence.length > evidenceShown ? `; and ${evidence.length - evidenceShown} more` : '';
      return {
        verdict,
        text: `check ${check}: ${detail}`,
        ...(shown !== '' && { example: `${shown}${more}` }),
      };
    });
}

function findingRemarks({ findings, interrupted }: RunRecord): Sentence[] {
  const told = findings.some(({ about }) => about === 'interrupted');
  return [
    ...(interrupted && !told
      ? [{ verdict: 'INCONCLUSIVE' as const, text: 'interrupted before its end' }]
      : []),
    ...findings.map(({ verdict, about, detail }) => ({ verdict, text: `${about}: ${detail}` })),
  ];
}
