import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../../../reports/record.ts';
import { lineOf, readRows, writeTsv } from '../tsv.ts';
import type { Answer, AnsweredRow } from './comparison.ts';

/** One gate that was played: which one, by the columns of its list, and what it came to. */
export interface Compared {
  readonly which: readonly string[];
  readonly answer: Answer;
}

const answerColumns = ['verdict', 'floorless', 'rounds', 'numbers', 'reason'];

/** A committed list in docs/evidence, to which a line is added as soon as a gate is over. */
export class ComparisonList {
  readonly #file: string;
  readonly #columns: readonly string[];

  /** `columns` name which one a gate is. */
  constructor(name: string, columns: readonly string[]) {
    this.#file = join(import.meta.dirname, '../../../docs/evidence', name);
    this.#columns = columns;
  }

  read(): readonly Compared[] {
    return readRows(this.#file).map((fields) => {
      const which = fields.slice(0, this.#columns.length);
      const [verdict, floorless, rounds, numbers = '', reason = ''] = fields.slice(this.#columns.length);
      const answer = {
        verdict: verdict as Verdict,
        floorless: floorless as Verdict,
        rounds: Number(rounds),
        rows: numbers === '' ? [] : numbers.split('; ').map(rowOf),
        reason,
      };
      return { which, answer };
    });
  }

  append(compared: Compared): void {
    if (!existsSync(this.#file)) this.#write([], []);
    appendFileSync(this.#file, `${lineOf(fieldsOf(compared))}\n`);
  }

  /** The same list under what is now said about it. */
  head(about: readonly string[]): void {
    this.#write(about, this.read());
  }

  #write(about: readonly string[], list: readonly Compared[]): void {
    const sorted = list.toSorted((one, other) => order(one.which, other.which));
    const columns = [...this.#columns, ...answerColumns];
    writeTsv(this.#file, { about, columns, rows: sorted.map(fieldsOf) });
  }
}

/** By the first column that differs, numbers as numbers. */
function order(one: readonly string[], other: readonly string[]): number {
  return one.reduce(
    (found, field, at) => found || field.localeCompare(other[at] ?? '', 'en', { numeric: true }),
    0,
  );
}

function fieldsOf({ which, answer: { verdict, floorless, rounds, rows, reason } }: Compared): string[] {
  return [...which, verdict, floorless, `${rounds}`, rows.map(rowText).join('; '), reason];
}

function rowText({ metric, aggregator, ratio, detectable, verdict }: AnsweredRow): string {
  return [metric, aggregator, ...[ratio, detectable].map((value) => value?.toFixed(4) ?? '-'), verdict].join(
    ' ',
  );
}

function rowOf(text: string): AnsweredRow {
  const [metric = '', aggregator = '', ratio, detectable, verdict] = text.split(' ');
  const number = (field: string | undefined): number | null => (field === '-' ? null : Number(field));
  return {
    metric,
    aggregator,
    ratio: number(ratio),
    detectable: number(detectable),
    verdict: verdict as Verdict,
  };
}
